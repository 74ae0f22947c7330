// Slow connections: the page is there long before the code that makes it live.

import { OAK, expect, test } from "../fixture/index.ts";

const CODE = "**/*.wasm";

/** Another text for each field; an e-mail address has to be one that could exist. */
const typed = (name: string) => (name === "email" ? "early@tower.example" : `typed-early@${name}`);

test("what was typed before the page woke up stays", async ({ customer, page, shop }) => {
  await customer.add(OAK, 2);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(CODE, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto("/checkout");
  for (const name of ["name", "email", "line1", "city", "postcode"] as const) {
    await customer.field(name).fill(typed(name));
  }
  await customer.field("country").selectOption("NO");
  await expect(page.locator("html[data-hydrated]")).toHaveCount(0);
  arrive();
  await customer.ready();
  for (const name of ["name", "email", "line1", "city", "postcode"] as const) {
    await expect(customer.field(name)).toHaveValue(typed(name));
  }
  await expect(customer.field("country")).toHaveValue("NO");
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText("typed-early@line1");
  await expect(page.getByRole("main")).toContainText("Norway");
  await shop.expectOrders(1);
});

test("a page that never wakes up sells all the same", async ({ alarms, customer, page, shop }) => {
  alarms.allow(/wizastore.*\.wasm/, /Failed to fetch|ERR_FAILED/);
  await page.route(CODE, (route) => route.abort());
  await page.goto(`/p/${OAK.slug}`);
  await customer.button("Add to cart").click();
  await expect(customer.heading("Your cart")).toBeVisible();
  await page.getByRole("link", { name: "Go to the checkout" }).click();
  for (const name of ["name", "email", "line1", "city", "postcode"] as const) {
    await customer.field(name).fill(typed(name));
  }
  await customer.placeOrder.click();
  await expect(customer.card.getByRole("heading", { name: /^Order SO-.* confirmed/ })).toBeVisible();
  await shop.expectOrders(1);
});
