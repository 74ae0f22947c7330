import { OAK, POLISH, SUBMIT, expect, test } from "../fixture/index.ts";

test("from the click the order stands there as Sending and the cart is empty", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await expect(customer.cartLink(2)).toBeVisible();
  await shop.rehearse("slow", { seconds: 2 });
  let answered = false;
  const reply = page.waitForResponse(SUBMIT).then(() => (answered = true));

  // What the page shows two frames after the click.
  const seen = await customer.placeOrder.evaluate(async (button: HTMLElement) => {
    button.click();
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const card = document.querySelector<HTMLElement>('section[aria-label="Your order"]');
    return {
      card: card?.offsetParent ? card.innerText : "",
      cart: document.querySelector('header a[href="/cart"]')?.getAttribute("aria-label"),
      form: document.querySelector<HTMLElement>("#order-form")?.offsetParent ? "shown" : "hidden",
    };
  });
  expect(seen.card).toMatch(/sending/i);
  expect(seen.card).toContain("keep this page open");
  expect(seen.card).not.toContain("leave this page");
  expect(seen.card).toContain(OAK.name);
  expect(seen.cart).toBe("Cart, empty");
  expect(seen.form).toBe("hidden");
  await expect(customer.cartLink(0)).toBeVisible();
  // Journalled; EntMine has not answered yet.
  await customer.expectSaved();
  expect(answered, "the submit request is under way").toBe(false);

  await reply;
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("while a slow order is sent, the shop can be used", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 2 });
  let answered = false;
  page.on("response", (response) => {
    if (response.url().endsWith("/api/orders/submit")) answered = true;
  });
  await customer.sendOrder();
  await customer.expectSaved();
  await page
    .getByRole("navigation", { name: "Categories" })
    .getByRole("link", { name: POLISH.category, exact: true })
    .click();
  await expect(customer.heading(POLISH.category)).toBeVisible();
  await expect(page.getByRole("link", { name: POLISH.name, exact: true })).toBeVisible();
  expect(answered, "the submit request is under way").toBe(false);

  // The next cart is another one.
  await page.getByRole("link", { name: POLISH.name, exact: true }).click();
  await expect(customer.heading(POLISH.name)).toBeVisible();
  await customer.addHere();
  await expect(customer.cartLink(1)).toBeVisible();
  await shop.waitForOpenOrders(0);
  await expect(customer.heading(POLISH.name)).toBeVisible();
  await expect(customer.cartLink(1)).toBeVisible();
  await customer.expectInMyOrders(/Confirmed: SO-/);
  await expect(customer.cartLink(1)).toBeVisible();
  await shop.expectOrders(1);
});

test("no answer for ten seconds is Checking, and the late answer still counts", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(SUBMIT, async (route) => {
    await held;
    await route.continue();
  });
  const clicked = Date.now();
  await customer.sendOrder();
  await customer.expectSending();
  await customer.expectLost();
  expect(Date.now() - clicked, "the wait in ms").toBeGreaterThan(9_000);
  await shop.expectOrders(0);
  release();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("the product page does not wait for a slow EntMine", async ({ customer, page, shop }) => {
  await shop.rehearse("slow", { seconds: 5 });
  const began = Date.now();
  await customer.open(`/p/${OAK.slug}`);
  await expect(
    page.getByText("stock can't be checked just now, you can still order", { exact: true }),
  ).toBeVisible();
  expect(Date.now() - began).toBeLessThan(4_000);
  await shop.expectOrders(0);
});
