import { OAK, POLISH, expect, test } from "../fixture/index.ts";

test("an order that was not placed says so everywhere, and one click on its page places it at the new price", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("price_changed", { percent: 10 });
  const sent = await customer.sendOrder();
  await customer.expectNotPlaced(`${OAK.name} now costs`);
  await shop.rehearse("normal");
  const receipt = new URLSearchParams(sent.postData() ?? "").get("receipt");
  await customer.open(`/orders/${receipt}`);
  await expect(page).toHaveTitle(/^Not placed · Your order · /);
  const main = page.getByRole("main");
  for (const untrue of ["What you ordered", "You pay by invoice", "comes with the goods"]) {
    await expect(main.getByText(untrue)).toHaveCount(0);
  }
  await expect(main.getByText("Placed", { exact: true })).toHaveCount(0);
  await expect(main).toContainText("There is nothing to pay.");
  await expect(main).toContainText(`${OAK.name} now costs`);
  await shop.rehearse("price_changed", { percent: 10 });
  await customer.button("Accept the new price").click();
  await page.waitForURL((url) => /\/orders\/./.test(url.pathname) && !url.href.includes(receipt!));
  await customer.confirmed();
  await expect(main).toContainText("You pay by invoice, which comes with the goods.");
  await expect(page).toHaveTitle(/^Confirmed: SO-/);
  // The first page leads to the order that came of it, and offers no second one.
  await customer.open(`/orders/${receipt}`);
  await expect(customer.button("Accept the new price")).toHaveCount(0);
  await page.getByRole("link", { name: "Go to the newer order" }).click();
  await customer.confirmed();
  await shop.expectOrders(1, { rejected: 1 });
});

test("on the page of an order that was not placed one takes what is left, and sees it at the checkout", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 3);
  await shop.rehearse("out_of_stock", { available: 2 });
  const sent = await customer.sendOrder();
  await customer.expectNotPlaced(`${OAK.name}: only 2 left`);
  const receipt = new URLSearchParams(sent.postData() ?? "").get("receipt");
  await customer.open(`/orders/${receipt}`);
  await customer.button(/^Take the 2 that are left/).click();
  await page.waitForURL("**/checkout");
  await customer.ready();
  await expect(page.getByRole("complementary", { name: "Your order" })).toContainText("2 ×");
  await customer.expectForm();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1, { rejected: 1 });
});

test("a remedy that is not enough leads to the checkout, which says what is left to do", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(POLISH, 2);
  await customer.prepare(OAK, 3);
  await shop.rehearse("out_of_stock", { available: 1 });
  const sent = await customer.sendOrder();
  await customer.expectNotPlaced(`${POLISH.name}: only 1 left`);
  const receipt = new URLSearchParams(sent.postData() ?? "").get("receipt");
  await customer.open(`/orders/${receipt}`);
  await customer.button(`Remove ${POLISH.name}`).click();
  await page.waitForURL("**/checkout");
  await customer.expectNotPlaced(`${OAK.name}: only 1 left, and you asked for 3.`);
  if (customer.js) await expect(page.locator("#checkout-news")).toBeFocused();
  await shop.expectOrders(0, { rejected: 1 });
});

test("an old order's page asks for no price at which nothing would be ordered now", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1);
  await shop.rehearse("price_changed", { percent: 10 });
  const first = await customer.sendOrder();
  await customer.expectNotPlaced(`${OAK.name} now costs`);
  await shop.rehearse("out_of_stock", { available: 0 });
  const second = await customer.sendOrder();
  const receiptOf = (sent: typeof first) =>
    new URLSearchParams(sent.postData() ?? "").get("receipt") ?? "";
  expect(receiptOf(second)).not.toBe(receiptOf(first));
  await customer.expectNotPlaced(`${OAK.name} is out of stock.`);
  await shop.expectOrders(0, { rejected: 2 });
  // A newer try of the same goods is there: the first page leads to it, and offers no price.
  await customer.open(`/orders/${receiptOf(first)}`);
  await expect(customer.button(/^Accept/)).toHaveCount(0);
  await page.getByRole("link", { name: "Go to the newer order" }).click();
  await expect(page).toHaveURL(new RegExp(`/orders/${receiptOf(second)}$`));
});

test("one click places nothing that was not in the order", async ({ customer, page, shop }) => {
  await customer.prepare(OAK, 1);
  await shop.rehearse("price_changed", { percent: 10 });
  const sent = await customer.sendOrder();
  await customer.expectNotPlaced();
  const receipt = new URLSearchParams(sent.postData() ?? "").get("receipt");
  await customer.add({ ...OAK, slug: "encyclopaedia-of-small-magics" }, 1);
  await customer.open(`/orders/${receipt}`);
  await expect(customer.button("Accept the new price")).toHaveCount(0);
  await page.getByRole("link", { name: "Accept the new price at the checkout" }).click();
  await page.waitForURL("**/checkout");
  await shop.expectOrders(0, { rejected: 1 });
});

test("a shared computer forgets its customer, and the order goes on", async ({
  customer,
  page,
  shop,
  context,
}) => {
  await customer.prepare(OAK, 1);
  await customer.placeOrder.click();
  await customer.confirmed();
  const receipt = page.url();
  await customer.open("/orders");
  await page.locator(".forget-me summary").click();
  await customer.button("Yes, forget me").click();
  await expect(page.getByText("This device knows nothing of you any more.")).toBeVisible();
  await expect(page.getByText("No orders yet.")).toBeVisible();
  expect(await context.cookies()).toEqual([]);
  await page.goto(receipt);
  await customer.confirmed();
  await shop.expectOrders(1);
});
