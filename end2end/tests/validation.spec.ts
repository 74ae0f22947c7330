import { OAK, expect, test, type Form } from "../fixture/index.ts";

const FAULTS: { field: keyof Form; value: string; words: string }[] = [
  { field: "email", value: "ada.tower.example", words: "Enter an e-mail address like" },
  { field: "name", value: "   ", words: "Enter your name." },
  { field: "phone", value: "by owl", words: "Use digits" },
  { field: "postcode", value: "TR19 ".repeat(10), words: "20 characters at most" },
];

test("every fault is named at its field, and the form stays", async ({ customer, page, shop }) => {
  const typed: Partial<Form> = Object.fromEntries(FAULTS.map(({ field, value }) => [field, value]));
  await customer.prepare(OAK, 2, typed);
  // Browsers cut what is too long; this one does not.
  await page.locator("#order-form").evaluate((form: HTMLFormElement) => {
    for (const field of form.querySelectorAll("[maxlength]")) field.removeAttribute("maxlength");
  });
  await customer.fill(typed);
  await customer.placeOrder.click();

  await customer.expectNotPlaced("E-mail", "Name", "Telephone", "Postcode");
  for (const { field, words } of FAULTS) {
    await expect(customer.field(field)).toHaveAttribute("aria-invalid", "true");
    await expect(customer.field(field)).toHaveAccessibleDescription(new RegExp(words));
  }
  await expect(customer.field("city")).not.toHaveAttribute("aria-invalid", "true");
  await customer.expectForm(typed);
  await expect(customer.cartLink(2)).toBeVisible();
  await shop.expectOrders(0);

  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("no browser stands between a slip in the e-mail address and what was probably meant", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1, { email: "ada@gmail,com" });
  await customer.placeOrder.click();
  await customer.expectNotPlaced("E-mail");
  await expect(customer.field("email")).toHaveAccessibleDescription(/Did you mean ada@gmail\.com\?/);
  await expect(customer.field("email")).toHaveValue("ada@gmail,com");
  await expect(customer.field("email")).toHaveAttribute("inputmode", "email");
  await expect(page).toHaveURL(/\/checkout$/);
  await shop.expectOrders(0);
});

test("a form with a damaged cart's number comes back with what was typed and what to do", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await page
    .locator('input[name="order_key"]')
    .evaluate((input: HTMLInputElement) => (input.value = "42"));
  await customer.placeOrder.click();
  await customer.expectNotPlaced("This form did not say which cart it belongs to.");
  await customer.expectForm();
  await customer.open("/checkout");
  await customer.expectForm();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("a total that the customer did not see is not ordered", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await page
    .locator('input[name="shown_total_minor"]')
    .evaluate((input: HTMLInputElement) => (input.value = "1"));
  await customer.placeOrder.click();
  await customer.expectNotPlaced("The total is £12.99 instead of £0.01.");
  await customer.expectForm();
  await shop.expectOrders(0);
});

test("another browser's order key is answered like an unknown one", async ({
  browser,
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  const order_key = await page.locator('input[name="order_key"]').inputValue();
  const stranger = await browser.newContext({ baseURL: shop.url });
  const ask = async (order_key: string) => {
    const reply = await stranger.request.post("/api/orders/submit", {
      form: { order_key, receipt: "not-the-receipt", cart_revision: "1", name: "Mallory" },
      headers: { accept: "application/json" },
    });
    return { status: reply.status(), body: (await reply.json()) as unknown };
  };
  const others = await ask(order_key);
  expect(others).toEqual(await ask("0199f1d2-7b3c-7000-8000-000000000000"));
  expect(others.body).toMatchObject({
    outcome: "not_placed",
    reasons: [{ code: "unknown_order" }],
    cart: null,
  });
  await stranger.close();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});
