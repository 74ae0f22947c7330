import { OAK, POLISH, expect, pounds, test } from "../fixture/index.ts";

test("quantities are changed and products removed", async ({ customer, page, shop, js }) => {
  await customer.add(OAK, 2);
  await customer.add(POLISH);
  await customer.open("/cart");
  await expect(customer.cartLink(3)).toBeVisible();
  const quantity = page.getByLabel(`Quantity of ${OAK.name}`);
  await quantity.fill("5");
  if (js) {
    await quantity.press("Tab");
  } else {
    await page.getByRole("listitem").filter({ hasText: OAK.name }).getByText("Update").click();
  }
  await expect(customer.cartLink(6)).toBeVisible();
  const subtotal = (minor: number) => page.getByText(`Subtotal ${pounds(minor)}`);
  await expect(subtotal(5 * OAK.priceMinor + POLISH.priceMinor)).toBeVisible();

  await customer.button(`Remove ${OAK.name}`).click();
  await expect(customer.cartLink(1)).toBeVisible();
  await expect(subtotal(POLISH.priceMinor)).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(OAK.name);
  await customer.button(`Remove ${POLISH.name}`).click();
  await expect(page.getByText("Your cart is empty.")).toBeVisible();
  await expect(customer.cartLink(0)).toBeVisible();
  await expect(page.getByRole("link", { name: "Go to the checkout" })).toBeHidden();

  await customer.open("/checkout");
  await expect(page.getByText("Your cart is empty, so there is nothing to order.")).toBeVisible();
  await shop.expectOrders(0);
});

test("the cart is the same in another tab and after a reload", async ({ customer, page, shop }) => {
  await customer.add(OAK, 2);
  await customer.open("/");
  await expect(customer.cartLink(2)).toBeVisible();
  await customer.open("/cart");
  await customer.reload();
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("2");
  await shop.expectOrders(0);
});

test("more than an order takes of one product is refused in words that say so", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 2);
  await customer.open(`/p/${OAK.slug}`);
  await page.getByLabel("Quantity", { exact: true }).fill("999");
  await customer.button("Add to cart").click();
  await expect(page.getByText(/at most 999 of one product/)).toBeVisible();
  await expect(customer.cartLink(2)).toBeVisible();
  // A link with a name of nobody's says nothing.
  await customer.open("/cart?refused=anything");
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("2");
  await expect(page.getByRole("main").getByText(/refused|could not|not taken/)).toHaveCount(0);
  await shop.expectOrders(0);
});

test("a quantity that cannot be is refused in words, and the cart stays", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 2);
  await customer.open("/cart");
  // Browsers refuse it first; this one does not.
  await page.locator("form").evaluateAll((forms) => {
    for (const form of forms as HTMLFormElement[]) form.noValidate = true;
  });
  await page.getByLabel(`Quantity of ${OAK.name}`).fill("1000");
  await page.getByRole("listitem").filter({ hasText: OAK.name }).getByText("Update").click();
  await expect(page.getByRole("alert").filter({ hasText: /999/ })).toBeVisible();
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("2");
  await expect(customer.cartLink(2)).toBeVisible();

  // It was about the cart, so it is no reason at the checkout.
  await customer.open("/checkout");
  await expect(page.getByText("Your order was not placed")).toBeHidden();
  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("more of one product than an order takes is refused in words", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 999);
  await customer.open(`/p/${OAK.slug}`);
  await customer.button("Add to cart").click();
  await expect(page.getByRole("alert").filter({ hasText: /999/ })).toBeVisible();
  await expect(customer.cartLink(999)).toBeVisible();
  await shop.expectOrders(0);
});

test("looking around makes no session and no cart", async ({ context, customer, shop }) => {
  for (const path of ["/", "/c/wands", `/p/${OAK.slug}`, "/cart", "/checkout", "/orders"]) {
    await customer.open(path);
  }
  expect(await context.cookies()).toEqual([]);
  await customer.add(OAK);
  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  await shop.expectOrders(0);
});
