// The shop rendered in the browser alone, for static hosting: `make csr`. CI opens the same bundle, which
// `scripts/build csr` makes of the same index.html without Trunk.

import { NUMBER, OAK, expect, pounds, test as base } from "../fixture/index.ts";
import { StaticShop } from "../fixture/static.ts";

const test = base.extend<{ pages: StaticShop }>({
  pages: async ({ shop }, use) => {
    const pages = await StaticShop.open(shop.url);
    await use(pages);
    await pages.close();
  },
  baseURL: async ({ pages }, use) => use(pages.url),
});

test("a shop of static files is browsed, and takes an order", async ({ customer, page, shop }) => {
  await customer.open("/");
  await expect(customer.cartLink(0)).toBeVisible();
  await page
    .getByRole("navigation", { name: "Categories" })
    .getByRole("link", { name: OAK.category, exact: true })
    .click();
  await expect(customer.heading(OAK.category)).toBeVisible();
  await page.getByRole("link", { name: OAK.name, exact: true }).click();
  await expect(customer.heading(OAK.name)).toBeVisible();
  await expect(page.getByText(`${OAK.stock} in stock`, { exact: true })).toBeVisible();
  const picture = page.getByRole("main").getByRole("img").first();
  await expect
    .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), {
      message: "the picture comes through the proxy",
    })
    .toBeGreaterThan(0);

  await customer.addHere(2);
  await page.getByRole("link", { name: "Look at the cart" }).click();
  await expect(page.getByText(`Subtotal ${pounds(2 * OAK.priceMinor)}`)).toBeVisible();
  await page.getByRole("link", { name: "Go to the checkout" }).click();
  await expect(customer.heading("Checkout")).toBeVisible();
  await customer.fill();
  await customer.placeOrder.click();
  const number = await customer.confirmed();
  expect(number).toMatch(NUMBER);
  await expect(customer.cartLink(0)).toBeVisible();
  await shop.expectOrders(1);
});

test("an order's page, opened by its address, follows the order live", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const live = page.waitForResponse(/\/api\/orders\/[^/]+\/events$/);
  await customer.reload();
  await customer.expectSafe();
  expect((await live).headers()["content-type"]).toContain("text/event-stream");
  await shop.rehearse("normal");
  await customer.confirmed();
  await shop.expectOrders(1);
});
