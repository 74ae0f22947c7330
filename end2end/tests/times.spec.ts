import { OAK, expect, test } from "../fixture/index.ts";

test.use({ timezoneId: "Asia/Tokyo" });

test("times are the visitor's own with JavaScript, and say whose they are without", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1);
  await customer.placeOrder.click();
  await customer.confirmed();
  for (const path of [page.url(), "/orders"]) {
    await customer.open(path);
    const time = page.getByRole("main").locator("time").first();
    const at = new Date((await time.getAttribute("datetime")) ?? "");
    expect(Math.abs(Date.now() - at.getTime())).toBeLessThan(600_000);
    const clock = (timeZone: string) =>
      at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
    if (customer.js) {
      await expect(time).toHaveText(new RegExp(`, ${clock("Asia/Tokyo")}$`));
      await expect(time).toHaveAttribute("title", /\(London time\)$/);
    } else {
      await expect(time).toHaveText(new RegExp(`, ${clock("Europe/London")} \\(London time\\)$`));
    }
  }
  await shop.expectOrders(1);
});
