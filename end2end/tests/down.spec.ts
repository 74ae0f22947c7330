import { AN_ORDERS_PAGE, NUMBER, OAK, expect, test } from "../fixture/index.ts";

test("EntMine down: safe with us, Try now, back again, confirmed once", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await expect(customer.cartLink(0)).toBeVisible();
  await expect(page.getByText(/Next try (in \d+ s|now)/)).toBeVisible();
  await shop.expectOrders(0, { open: 1 });

  // Nobody buys again for want of news.
  const receipt = new URL(page.url()).pathname;
  await customer.open("/checkout");
  await expect(page.getByRole("region", { name: "You have an order under way" })).toContainText(
    "Safe with us",
  );
  await customer.open(receipt);

  const tried = page.waitForResponse("**/api/orders/retry");
  await customer.button("Try now").click();
  await tried;
  await customer.expectSafe();
  // What came of the click.
  await expect(page.getByText(/(Asked just now|Last asked \d+ s ago), without an answer\./)).toBeVisible();
  await shop.expectOrders(0, { open: 1 });

  await shop.rehearse("normal");
  await customer.button("Try now").click();
  const number = await customer.confirmed();
  expect(number).toMatch(NUMBER);
  await customer.reload();
  expect(await customer.confirmed()).toBe(number);
  await customer.expectInMyOrders(`Confirmed: ${number}`);
  await shop.expectOrders(1);
});

test("EntMine down: stock cannot be checked, and everything else can be done", async ({
  customer,
  page,
  shop,
}) => {
  await shop.rehearse("down");
  await customer.open(`/p/${OAK.slug}`);
  await expect(
    page.getByText("stock can't be checked just now, you can still order", { exact: true }),
  ).toBeVisible();
  await customer.addHere();
  await customer.open("/search?q=wand");
  await expect(page.getByRole("link", { name: OAK.name, exact: true })).toBeVisible();
  await shop.expectOrders(0);
});

test("EntMine down, then back: the order is confirmed by itself", async ({
  customer,
  js,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await shop.rehearse("normal");
  // The background tries again after 2.5 to 7.5 s.
  if (!js) {
    await shop.waitForOpenOrders(0);
    await page.getByRole("link", { name: "Refresh" }).click();
  }
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("several orders wait, and each is confirmed once", async ({ customer, shop }) => {
  await shop.rehearse("down");
  for (const quantity of [1, 2]) {
    await customer.prepare(OAK, quantity);
    await customer.placeOrder.click();
    await customer.expectSafe();
  }
  await shop.expectOrders(0, { open: 2 });
  await shop.rehearse("normal");
  await shop.waitForOpenOrders(0);
  await customer.expectInMyOrders(/Confirmed: SO-\d{4}-000001/);
  await customer.expectInMyOrders(/Confirmed: SO-\d{4}-000002/);
  await shop.expectOrders(2);
});

test("EntMine answers every second call only: each order is confirmed once", async ({
  customer,
  shop,
}) => {
  await shop.rehearse("flaky", { probability: 50 });
  for (const quantity of [1, 2, 3]) {
    await customer.prepare(OAK, quantity);
    await customer.placeOrder.click();
    await customer.page.waitForURL(AN_ORDERS_PAGE);
    await expect(customer.card).toContainText(/Order SO-.* confirmed|Your order is safe/);
  }
  await shop.rehearse("normal");
  // Chance may have let an order's background tries fail too: then the next one is 45 s away at most.
  test.setTimeout(120_000);
  await shop.waitForOpenOrders(0, 60_000);
  await shop.expectOrders(3);
});
