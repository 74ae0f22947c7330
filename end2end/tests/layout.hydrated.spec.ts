import { OAK, expect, test } from "../fixture/index.ts";

test("pictures keep their place while they load", async ({ customer, page, shop }) => {
  const shift = async () => {
    return page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
        }),
    );
  };
  for (const path of ["/", "/c/wands", `/p/${OAK.slug}`]) {
    await customer.open(path);
    await page.waitForLoadState("load");
    expect(await shift(), `layout shift of ${path}`).toBeLessThan(0.05);
  }
  await shop.expectOrders(0);
});
