import { expect, test } from "../fixture/index.ts";

const MISSING = [
  { path: "/nothing/here", heading: "There is no such page" },
  { path: "/p/no-such-product", heading: "There is no such product" },
  { path: "/c/no-such-category", heading: "There is no such category" },
  { path: "/orders/no-such-receipt", heading: "There is no such order" },
];

for (const { path, heading } of MISSING) {
  test(`${path} is a 404 that helps`, async ({ alarms, customer, page, shop }) => {
    alarms.allow(new RegExp(`status of 404 .*${path}`));
    const response = await customer.open(path);
    expect(response?.status()).toBe(404);
    await expect(customer.heading(heading)).toBeVisible();
    const main = page.getByRole("main");
    await expect(main.getByRole("link", { name: "Go to the shop window" })).toBeVisible();
    await main.getByLabel("Search the shop").fill("wand");
    await main.getByRole("button", { name: "Search" }).click();
    await expect(customer.heading("Search for “wand”")).toBeVisible();
    await shop.expectOrders(0);
  });
}
