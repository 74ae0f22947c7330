// Reloading, closing and going back around the click on *Place order*.

import { AN_ORDERS_PAGE, Customer, OAK, expect, test } from "../fixture/index.ts";

test("reloading while the order is sent", async ({ customer, page, shop, js }) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("slow", { seconds: 2 });
  await customer.sendOrder();
  await shop.waitForOpenOrders(1);
  // Without JavaScript the form's answer is still awaited: the reload is a new visit then.
  if (js) await customer.reload();
  else await customer.open("/checkout");

  await expect(customer.heading("Checkout")).toBeVisible();
  const open = page.getByRole("region", { name: "You have an order under way" });
  await expect(open).toBeVisible();
  await expect(customer.placeOrder).toBeHidden();
  await expect(customer.cartLink(0)).toBeVisible();
  await open.getByRole("link").click();
  await page.waitForURL(AN_ORDERS_PAGE);
  if (!js) {
    await expect(async () => {
      await page.reload();
      await expect(page.getByText(/Order .* confirmed/)).toBeVisible({ timeout: 100 });
    }).toPass();
  }
  const number = await customer.confirmed();
  await customer.expectInMyOrders(`Confirmed: ${number}`);
  await shop.expectOrders(1);
});

test("closing the tab while the order is sent still confirms it", async ({
  context,
  customer,
  js,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 2 });
  await customer.sendOrder();
  await shop.waitForOpenOrders(1);
  await page.close();
  await shop.waitForOpenOrders(0);

  const later = new Customer(await context.newPage(), js);
  await later.expectInMyOrders(/Confirmed: SO-/);
  await shop.expectOrders(1);
});

test("the back button after confirmation", async ({ customer, page, shop, js }) => {
  await customer.add(OAK);
  await customer.open("/cart");
  await page.getByRole("link", { name: "Go to the checkout" }).click();
  await expect(customer.heading("Checkout")).toBeVisible();
  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();

  await page.goBack();
  await customer.ready();
  if (!js) {
    // Hydrated, the order's page takes the place of the checkout.
    await expect(page).toHaveURL(/\/checkout$/);
    await expect(page.getByText("Your cart is empty, so there is nothing to order.")).toBeVisible();
    await expect(customer.placeOrder).toBeHidden();
    await expect(customer.cartLink(0)).toBeVisible();
    await page.goBack();
  }
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.getByText("Your cart is empty.")).toBeVisible();
  await expect(customer.cartLink(0)).toBeVisible();

  await customer.open("/checkout");
  await expect(page.getByText("Your cart is empty, so there is nothing to order.")).toBeVisible();
  await expect(page.getByText("under way")).toBeHidden();
  await expect(customer.placeOrder).toBeHidden();
  await shop.expectOrders(1);
});

test("the old form, kept and sent again after confirmation, gives the same number", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  const sent = customer.sendOrder();
  const number = await customer.confirmed();
  const body = (await sent).postData() ?? "";

  const again = await page.request.post("/api/orders/submit", {
    data: body,
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  expect(await again.json()).toMatchObject({ outcome: "confirmed", number });
  await shop.expectOrders(1);
});
