import { Customer, OAK, POLISH, expect, test } from "../fixture/index.ts";

test("two tabs with the same cart: the second hears what became of the first", async ({
  context,
  customer,
  js,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  const second = new Customer(await context.newPage(), js);
  await second.open("/checkout");
  await second.fill({ name: "Ada in the other tab" });

  await customer.placeOrder.click();
  const number = await customer.confirmed();
  await second.placeOrder.click();
  expect(await second.confirmed()).toBe(number);
  expect(second.page.url()).toBe(customer.page.url());
  await expect(second.cartLink(0)).toBeVisible();
  await shop.expectOrders(1);
});

test("two tabs with the same cart, both sent at the same moment", async ({
  context,
  customer,
  js,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  const second = new Customer(await context.newPage(), js);
  await second.open("/checkout");
  await second.fill();
  await shop.rehearse("slow", { seconds: 1 });

  await Promise.all([customer.sendOrder(), second.sendOrder()]);
  const numbers = await Promise.all([customer.confirmed(), second.confirmed()]);
  expect(numbers[0]).toBe(numbers[1]);
  await shop.expectOrders(1);
});

test("a cart that another tab changed is looked at again before it is ordered", async ({
  context,
  customer,
  js,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  const second = new Customer(await context.newPage(), js);
  await second.add(POLISH);

  await customer.placeOrder.click();
  await customer.expectNotPlaced("Your cart was changed, perhaps in another tab.");
  await customer.expectForm();
  await expect(page.getByRole("main")).toContainText(POLISH.name);
  await shop.expectOrders(0);

  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText(POLISH.name);
  await shop.expectOrders(1);
});
