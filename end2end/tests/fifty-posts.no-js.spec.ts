import { ADA, OAK, expect, test } from "../fixture/index.ts";

test("fifty posts of one form at the same moment are one order", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 1 });
  const form: Record<string, string> = { ...ADA };
  for (const name of ["order_key", "receipt", "cart_revision", "shown_total_minor"]) {
    form[name] = await page.locator(`form input[name="${name}"]`).first().inputValue();
  }
  const posts = Array.from({ length: 50 }, () =>
    page.request.post("/api/orders/submit", { form, headers: { accept: "application/json" } }),
  );
  const outcomes = await Promise.all(
    (await Promise.all(posts)).map(async (reply) => {
      expect(reply.status()).toBe(200);
      return (await reply.json()) as { outcome: string; number: string; receipt: string };
    }),
  );
  const first = outcomes[0];
  expect(first).toMatchObject({ outcome: "confirmed", receipt: form["receipt"] });
  for (const outcome of outcomes) expect(outcome).toEqual(first);

  await customer.expectInMyOrders(`Confirmed: ${first?.number}`);
  await shop.expectOrders(1);
});

test("an impatient double click without JavaScript is one order", async ({ customer, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 1 });
  await customer.placeOrder.dblclick({ noWaitAfter: true });
  await customer.confirmed();
  await shop.expectOrders(1);
});
