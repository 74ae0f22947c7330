import { OAK, expect, test } from "../fixture/index.ts";

test("a slow EntMine, without JavaScript: the same order in the end", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 2 });
  await customer.placeOrder.click();
  const number = await customer.confirmed();
  await expect(customer.cartLink(0)).toBeVisible();
  await expect(page).toHaveTitle(/Your order/);
  await customer.expectInMyOrders(`Confirmed: ${number}`);
  await shop.expectOrders(1);
});
