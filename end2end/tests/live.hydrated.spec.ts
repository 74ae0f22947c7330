import { Customer, OAK, expect, test } from "../fixture/index.ts";

test("an open order's page follows it by itself, in every tab", async ({
  context,
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const other = new Customer(await context.newPage(), true);
  await other.open(page.url());
  await other.expectSafe();
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/api/orders/status") ? 1 : 0));

  await shop.rehearse("normal");
  const numbers = await Promise.all([customer.confirmed(), other.confirmed()]);
  expect(numbers[0]).toBe(numbers[1]);
  await expect(customer.button("Try now")).toBeHidden();
  expect(asked, "news came by itself, so nobody asked").toBe(0);
  await shop.expectOrders(1);
});

test("where live news cannot be had, the page asks", async ({ alarms, customer, page, shop }) => {
  alarms.allow(/orders\/[^/]+\/events/);
  await page.route("**/orders/*/events", (route) => route.fulfill({ status: 502, body: "" }));
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await shop.rehearse("normal");
  await customer.confirmed();
  await shop.expectOrders(1);
});
