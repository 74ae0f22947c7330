import { AN_ORDERS_PAGE, NUMBER, OAK, ROWAN, POLISH, expect, pounds, test } from "../fixture/index.ts";

test("from the shop window to an order number", async ({ customer, page, shop, js }) => {
  await customer.open("/");
  await expect(customer.cartLink(0)).toBeVisible();
  await page
    .getByRole("navigation", { name: "Categories" })
    .getByRole("link", { name: OAK.category, exact: true })
    .click();
  await expect(customer.heading(OAK.category)).toBeVisible();
  await page.getByRole("link", { name: OAK.name, exact: true }).click();
  await expect(customer.heading(OAK.name)).toBeVisible();
  await expect(page.getByText(pounds(OAK.priceMinor), { exact: true }).first()).toBeVisible();
  await expect(page.getByText(`${OAK.stock} in stock`, { exact: true })).toBeVisible();

  await customer.addHere(2);
  if (js) await page.getByRole("link", { name: "Look at the cart" }).click();
  await expect(customer.heading("Your cart")).toBeVisible();
  await expect(customer.cartLink(2)).toBeVisible();
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("2");
  await expect(page.getByText(`Subtotal ${pounds(2 * OAK.priceMinor)}`)).toBeVisible();

  await page.getByRole("link", { name: "Go to the checkout" }).click();
  await expect(customer.heading("Checkout")).toBeVisible();
  await expect(page.getByText("You pay by invoice, which comes with the goods.").first()).toBeVisible();
  await customer.fill();
  await shop.expectOrders(0);
  await customer.placeOrder.click();

  const number = await customer.confirmed();
  expect(number).toMatch(NUMBER);
  await expect(page).toHaveURL(AN_ORDERS_PAGE);
  await expect(customer.cartLink(0)).toBeVisible();
  const main = page.getByRole("main");
  await expect(main).toContainText(`2 × ${pounds(OAK.priceMinor)}`);
  await expect(main).toContainText(`Total incl. tax${pounds(2 * OAK.priceMinor)}`);
  for (const line of ["Ada Thornwick", "3 Crooked Stair", "Mousehole", "TR19 6QX", "United Kingdom"]) {
    await expect(main.getByText(line, { exact: false }).first()).toBeVisible();
  }
  // What a customer typed stays text.
  await expect(main.getByText('Mind the <cat> & the "step"', { exact: true })).toBeVisible();

  await customer.header.getByRole("link", { name: "My orders" }).click();
  await expect(main.getByRole("link", { name: `Confirmed: ${number}` })).toBeVisible();
  await expect(main.getByText("2 pieces", { exact: true })).toBeVisible();
  await expect(main.getByText(pounds(2 * OAK.priceMinor), { exact: true })).toBeVisible();

  // EntMine reserved the goods.
  await customer.open(`/p/${OAK.slug}`);
  await expect(page.getByText(`${OAK.stock - 2} in stock`, { exact: true })).toBeVisible();
  await shop.expectOrders(1);
});

test("two products in one order, then a second order with a number of its own", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(POLISH);
  await customer.prepare(OAK, 3);
  const total = POLISH.priceMinor + 3 * OAK.priceMinor;
  const summary = page.getByRole("complementary", { name: "Your order" });
  await expect(summary).toContainText(`Total incl. tax${pounds(total)}`);
  await customer.placeOrder.click();
  const first = await customer.confirmed();

  await customer.prepare(POLISH);
  await customer.placeOrder.click();
  const second = await customer.confirmed();
  expect(second).not.toBe(first);
  await customer.expectInMyOrders(`Confirmed: ${first}`);
  await customer.expectInMyOrders(`Confirmed: ${second}`);
  await shop.expectOrders(2);
});

test("the last piece of something", async ({ customer, page, shop }) => {
  await customer.open(`/p/${ROWAN.slug}`);
  await expect(page.getByText("only 1 left", { exact: true })).toBeVisible();
  await customer.prepare(ROWAN);
  await customer.placeOrder.click();
  await customer.confirmed();
  await customer.open(`/p/${ROWAN.slug}`);
  await expect(page.getByText("out of stock", { exact: true })).toBeVisible();
  await shop.expectOrders(1);
});

test("an order's address opens it in another browser, and its number opens nothing", async ({
  alarms,
  browser,
  customer,
  js,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  const number = await customer.confirmed();

  const elsewhere = await browser.newContext({ baseURL: shop.url, javaScriptEnabled: js });
  alarms.watch(elsewhere);
  alarms.allow(/status of 404 .*\/orders\/SO-/);
  const other = await elsewhere.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("heading", { name: `Order ${number} confirmed` })).toBeVisible();
  const byNumber = await other.goto(`/orders/${number}`);
  expect(byNumber?.status()).toBe(404);
  await expect(other.getByRole("heading", { name: "There is no such order" })).toBeVisible();
  await other.goto("/orders");
  await expect(other.getByText("No orders yet.")).toBeVisible();
  await elsewhere.close();
  await shop.expectOrders(1);
});
