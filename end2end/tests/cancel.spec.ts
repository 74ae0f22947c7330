// The customer does not want an order any more. What is said of it stays true: cancelled means that
// nothing can come of it, and where EntMine was faster the number is told.

import { AN_ORDERS_PAGE, Customer, OAK, expect, tabTo, test } from "../fixture/index.ts";

/** More than the background pauses before its first try (5 s, ± 50 %). */
const BACKGROUND_MS = 8_000;

test("EntMine down: cancelled, the goods back in the cart, and nothing comes of it later", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await expect(customer.cartLink(0)).toBeVisible();

  await customer.cancelOrder();
  await customer.expectCancelled();
  await expect(customer.button("Try now")).toBeHidden();
  await expect(customer.card).toContainText("The goods are back in your cart.");
  await expect(customer.cartLink(2)).toBeVisible();
  await shop.expectOrders(0, { cancelled: 1 });

  await shop.rehearse("normal");
  await page.waitForTimeout(BACKGROUND_MS);
  await shop.expectOrders(0, { cancelled: 1 });
  await customer.reload();
  await customer.expectCancelled();
  await customer.expectInMyOrders("Cancelled");

  // The goods can be ordered again, and that is another order.
  await customer.open("/checkout");
  await expect(page.getByText("under way")).toBeHidden();
  await expect(page.getByRole("complementary", { name: "Your order" })).toContainText(OAK.name);
  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1, { cancelled: 1 });
});

test("EntMine had it already: cancelling, then too late, with the number", async ({
  customer,
  page,
  shop,
}) => {
  test.slow();
  await customer.prepare(OAK);
  await shop.rehearse("drop_reply");
  await customer.placeOrder.click();
  await customer.expectChecking();
  await shop.expectOrders(1, { confirmed: 0, open: 1 });
  const receipt = new URL(page.url()).pathname;

  // EntMine's answer to this is lost as well, so nobody knows yet.
  await customer.cancelOrder();
  await customer.expectCancelling();
  await expect(customer.button("Try again")).toBeHidden();
  await shop.expectOrders(1, { confirmed: 0, open: 1 });
  await customer.expectInMyOrders("Cancelling");
  await customer.open("/checkout");
  const open = page.getByRole("region", { name: "You have an order under way" });
  await expect(open).toContainText("Cancelling");
  await open.getByRole("link", { name: "Look at it" }).click();
  await page.waitForURL(`**${receipt}`);
  await customer.expectCancelling();

  await shop.rehearse("normal");
  const number = await customer.tooLateToCancel();
  await customer.reload();
  expect(await customer.tooLateToCancel(), "a second look").toBe(number);
  await expect(customer.cartLink(0)).toBeVisible();
  await customer.expectInMyOrders(`Confirmed: ${number}`);
  await shop.expectOrders(1);
});

test("asked while the order is sent: cancelled after the attempt, and nothing comes late", async ({
  context,
  customer,
  js,
  page,
  shop,
}) => {
  test.slow();
  await customer.prepare(OAK, 2);
  const receipt = await page.locator('#order-form [name="receipt"]').inputValue();
  // The attempt is given up after 3 s; what was sent reaches EntMine after 6.
  await shop.rehearse("slow", { seconds: 6 });
  const sent = Date.now();
  await customer.sendOrder();
  await shop.waitForOpenOrders(1);
  const other = new Customer(await context.newPage(), js);
  await other.open(`/orders/${receipt}`);
  await other.expectSaved();
  await shop.rehearse("normal");
  await other.cancelOrder();

  await other.expectCancelled();
  await expect(other.cartLink(2)).toBeVisible();
  await page.waitForTimeout(Math.max(0, sent + BACKGROUND_MS - Date.now()));
  await shop.expectOrders(0, { cancelled: 1 });
});

test("asked while the order is sent, and EntMine accepts it: too late", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  const receipt = await page.locator('#order-form [name="receipt"]').inputValue();
  await shop.rehearse("slow", { seconds: 2 });
  await customer.sendOrder();
  await shop.waitForOpenOrders(1);
  const asked = await page.request.post("/api/orders/cancel", {
    form: { receipt },
    headers: { accept: "application/json" },
  });
  expect(["sending", "cancelling", "confirmed"]).toContain((await asked.json()).outcome);

  await page.waitForURL(AN_ORDERS_PAGE);
  await shop.rehearse("normal");
  await customer.tooLateToCancel();
  await shop.expectOrders(1);
});

test("who thinks better of it keeps the order", async ({ customer, page, shop, js }) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const named = (name: string) =>
    expect(customer.cancelQuestion).toHaveText(name, { useInnerText: true });
  await named("Cancel order");
  await expect(customer.yesCancel).toBeHidden();
  await customer.cancelQuestion.click();
  await named("Keep the order");
  await expect(customer.yesCancel).toBeVisible();
  await customer.cancelQuestion.click();
  await named("Cancel order");
  await expect(customer.yesCancel).toBeHidden();

  await shop.rehearse("normal");
  if (!js) {
    await shop.waitForOpenOrders(0);
    await page.getByRole("link", { name: "Refresh" }).click();
  }
  await customer.confirmed();
  await expect(page.getByText("too late to cancel")).toBeHidden();
  await shop.expectOrders(1);
});

test("with the keyboard alone", async ({ customer, page, shop, js }) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await tabTo(page, customer.cancelQuestion);
  await page.keyboard.press("Enter");
  await expect(customer.yesCancel).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(customer.yesCancel).toBeHidden();
  await page.keyboard.press("Space");
  await tabTo(page, customer.yesCancel);
  await customer.answered(() => page.keyboard.press("Enter"));
  await customer.expectCancelled();
  if (js) await expect(customer.card, "the focus goes to what came of it").toBeFocused();
  await tabTo(page, page.getByRole("link", { name: "Go back to the checkout" }));
  await shop.expectOrders(0, { cancelled: 1 });
});

test.describe("on a phone", () => {
  const width = 360;
  test.use({ viewport: { width, height: 740 } });

  test("every button can be hit with a thumb", async ({ customer, page, shop }) => {
    const whole = () => page.evaluate(() => document.documentElement.scrollWidth);
    await customer.prepare(OAK);
    await shop.rehearse("down");
    await customer.placeOrder.click();
    await customer.expectSafe();
    await customer.cancelQuestion.click();
    const { cancelQuestion, yesCancel } = customer;
    for (const control of [customer.button("Try now"), cancelQuestion, yesCancel]) {
      const box = await control.boundingBox();
      if (!box) throw new Error(`${control} is not there`);
      expect(box.height, `the height of ${control}`).toBeGreaterThanOrEqual(44);
      expect(box.width, `the width of ${control}`).toBeGreaterThanOrEqual(44);
      expect(box.x, `the left edge of ${control}`).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, `the right edge of ${control}`).toBeLessThanOrEqual(width);
    }
    expect(await whole()).toBeLessThanOrEqual(width);
    await customer.answered(() => customer.yesCancel.click());
    await customer.expectCancelled();
    expect(await whole()).toBeLessThanOrEqual(width);
    await shop.expectOrders(0, { cancelled: 1 });
  });
});
