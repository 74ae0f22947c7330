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

test("the categories begin where the page does, at every width", async ({ customer, page, shop }) => {
  for (const width of [320, 360, 760, 1000, 1280, 1600]) {
    await page.setViewportSize({ width, height: 800 });
    await customer.open("/");
    const edges = await page.evaluate(() => {
      const text = (selector: string) => {
        const element = document.querySelector(selector);
        if (!element) throw new Error(selector);
        const padding = parseFloat(getComputedStyle(element).paddingLeft);
        return element.getBoundingClientRect().left + padding;
      };
      return { page: text("main h1"), categories: text(".categories a") };
    });
    expect(Math.abs(edges.page - edges.categories), `${width} px: ${JSON.stringify(edges)}`).toBeLessThan(1.5);
  }
  await shop.expectOrders(0);
});
