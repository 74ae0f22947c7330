// What was typed at the checkout survives whatever happens before the order is placed.

import { ADA, OAK, expect, test } from "../fixture/index.ts";

test("changing the cart, a reload, back and forward: the form is as it was", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2, { country: "NO" });
  await page.getByRole("link", { name: "Change the cart" }).click();
  await expect(customer.heading("Your cart")).toBeVisible();
  await page.getByRole("link", { name: "Go to the checkout" }).click();
  await expect(customer.heading("Checkout")).toBeVisible();
  await customer.ready();
  await customer.expectForm({ country: "NO" });

  await customer.reload();
  await customer.expectForm({ country: "NO" });

  await page.goBack();
  await expect(customer.heading("Your cart")).toBeVisible();
  await page.goForward();
  await expect(customer.heading("Checkout")).toBeVisible();
  await customer.ready();
  await customer.expectForm({ country: "NO" });

  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText("Norway");
  await shop.expectOrders(1);
});

test("after the order is placed the next form begins anew", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.confirmed();
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  expect(kept).not.toContain("Thornwick");
  expect(kept).not.toContain("unsent");
  await shop.expectOrders(1);
});

test("what the server kept, or what is typed meanwhile, goes before what the tab kept", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1, { name: "From the tab" });
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  await customer.field("name").fill("Typed anew");
  arrive();
  await customer.ready();
  await expect(customer.field("name")).toHaveValue("Typed anew");
  await expect(customer.field("city")).toHaveValue(ADA.city);
  await page.unroute("**/*.wasm");

  // Refused by the store, which keeps the form then.
  await customer.field("email").fill("nobody");
  await customer.placeOrder.click();
  await customer.expectNotPlaced();
  await page.evaluate(() =>
    sessionStorage.setItem("wizastore-draft", "name=Stale&country=FR&note=Only+here"),
  );
  await customer.reload();
  await expect(customer.field("name")).toHaveValue("Typed anew");
  await expect(customer.field("country")).toHaveValue("GB");
  await shop.expectOrders(0);
});
