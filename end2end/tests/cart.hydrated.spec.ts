// The cart while requests overtake each other, and while somebody types.

import { OAK, POLISH, expect, pounds, test } from "../fixture/index.ts";

const SET = "**/api/cart/set";

test("five quick changes with late replies: the last one holds, on the page and in the shop", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 1);
  await customer.open("/cart");
  let delay = 1_200;
  let under_way = 0;
  let most = 0;
  await page.route(SET, async (route) => {
    most = Math.max(most, ++under_way);
    const reply = await route.fetch();
    // Each reply would overtake the one before it.
    await new Promise((resolve) => setTimeout(resolve, delay));
    delay = Math.max(0, delay - 300);
    under_way -= 1;
    await route.fulfill({ response: reply });
  });
  const quantity = page.getByLabel(`Quantity of ${OAK.name}`);
  await quantity.focus();
  for (let press = 0; press < 5; press += 1) await page.keyboard.press("ArrowUp");
  await expect(customer.cartLink(6)).toBeVisible();
  await expect(quantity).toHaveValue("6");
  await expect(page.getByText(`Subtotal ${pounds(6 * OAK.priceMinor)}`)).toBeVisible();
  expect(most, "requests for one line at a time").toBe(1);
  await page.unroute(SET);
  await customer.reload();
  await expect(quantity).toHaveValue("6");
  await shop.expectOrders(0);
});

test("what is being typed is not overwritten by a reply", async ({ customer, page, shop }) => {
  await customer.add(OAK, 2);
  await customer.open("/cart");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(
    SET,
    async (route) => {
      await held;
      await route.continue();
    },
    { times: 1 },
  );
  const quantity = page.getByLabel(`Quantity of ${OAK.name}`);
  await quantity.fill("3");
  await quantity.press("Enter");
  await quantity.fill("31");
  release();
  await expect(customer.cartLink(3)).toBeVisible();
  await expect(quantity).toHaveValue("31");
  await quantity.press("Tab");
  await expect(customer.cartLink(31)).toBeVisible();
  await expect(quantity).toHaveValue("31");
  await shop.expectOrders(0);
});

test("a reply about an older cart is ignored", async ({ customer, page, shop }) => {
  await customer.add(OAK, 2);
  await customer.open("/cart");
  const quantity = page.getByLabel(`Quantity of ${OAK.name}`);
  let old: string | undefined;
  await page.route(SET, async (route) => {
    const reply = await route.fetch();
    const body = await reply.text();
    // The second reply is the first one once more.
    await route.fulfill({ response: reply, body: old ?? body });
    old = body;
  });
  await quantity.fill("3");
  await quantity.press("Enter");
  await expect(customer.cartLink(3)).toBeVisible();
  const second = page.waitForResponse(SET);
  await customer.button(`Remove ${OAK.name}`).click();
  await second;
  await page.unroute(SET);
  await customer.reload();
  await expect(page.getByText("Your cart is empty.")).toBeVisible();
  await shop.expectOrders(0);
});

test("a quantity that was typed before the page woke up stays, and counts", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 2);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto("/cart");
  const quantity = page.getByLabel(`Quantity of ${OAK.name}`);
  await quantity.fill("7");
  arrive();
  await customer.ready();
  await expect(quantity).toHaveValue("7");
  await expect(customer.cartLink(7)).toBeVisible();
  await shop.expectOrders(0);
});

test("a quantity changed and the checkout entered at once: the new one is ordered", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK, 2);
  await customer.open("/cart");
  await page.route(SET, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.continue();
  });
  await page.getByLabel(`Quantity of ${OAK.name}`).fill("5");
  await page.getByRole("link", { name: "Go to the checkout" }).click();
  await expect(customer.heading("Checkout")).toBeVisible();
  const summary = page.getByRole("complementary", { name: "Your order" });
  await expect(summary).toContainText(`5 × ${pounds(OAK.priceMinor)}`);
  await customer.fill();
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText(`5 × ${pounds(OAK.priceMinor)}`);
  await shop.expectOrders(1);
});

test("added and the cart looked at at once: it is there", async ({ customer, page, shop }) => {
  await customer.open(`/p/${OAK.slug}`);
  await page.route("**/api/cart/add", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue();
  });
  await customer.button("Add to cart").click();
  await customer.header.getByRole("link", { name: "Cart, empty" }).click();
  await expect(customer.heading("Your cart")).toBeVisible();
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("1");
  await shop.expectOrders(0);
});

for (const wrong of ["1000", "", "-1", "1.5"]) {
  test(`a quantity of "${wrong}" is said to be wrong, and the checkout is not entered`, async ({
    customer,
    page,
    shop,
  }) => {
    await customer.add(OAK, 2);
    await customer.open("/cart");
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      const native = HTMLInputElement.prototype.reportValidity;
      HTMLInputElement.prototype.reportValidity = function () {
        if (!this.checkValidity()) seen.push(this.validationMessage);
        return native.call(this);
      };
    });
    await page.getByLabel(`Quantity of ${OAK.name}`).fill(wrong);
    await page.getByRole("link", { name: "Go to the checkout" }).click();
    const said = () => page.evaluate(() => (window as unknown as { seen: string[] }).seen.length);
    await expect.poll(said, "the browser's own words").toBeGreaterThan(0);
    await expect(page).toHaveURL(/\/cart$/);
    await expect(customer.cartLink(2)).toBeVisible();
    await shop.expectOrders(0);
  });
}

test("the focus is not lost, and each change is announced", async ({ customer, page, shop }) => {
  await customer.add(OAK, 1);
  const add = customer.button("Add to cart");
  await add.focus();
  await page.keyboard.press("Enter");
  await expect(customer.cartLink(2)).toBeVisible();
  await expect(add).toBeFocused();
  await customer.add(POLISH);
  await customer.open("/cart");
  const status = page.getByRole("main").getByRole("status");
  await expect(status, "the region stands there before it speaks").toHaveCount(1);
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const region = document.querySelector('main [role="status"]')!;
    new MutationObserver(() => said.push(region.textContent ?? "")).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
  const times = async () => (await said()).filter((text) => text.includes("changed")).length;
  const update = page.getByRole("listitem").filter({ hasText: OAK.name }).getByText("Update");
  await page.getByLabel(`Quantity of ${OAK.name}`).fill("3");
  await update.focus();
  await expect.poll(times).toBe(1);
  await page.getByLabel(`Quantity of ${OAK.name}`).fill("4");
  await update.focus();
  await expect.poll(times, "the same words again").toBe(2);
  await expect(update).toBeFocused();

  await customer.button(`Remove ${OAK.name}`).focus();
  await page.keyboard.press("Enter");
  await expect(customer.cartLink(1)).toBeVisible();
  await expect(page.locator("#cart-contents")).toBeFocused();
  await shop.expectOrders(0);
});
