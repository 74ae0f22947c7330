// EntMine's back office. It has no script of its own, so both runs see the same.

import type { Browser, Page } from "@playwright/test";
import { OAK, expect, test } from "../fixture/index.ts";
import type { Shop } from "../fixture/index.ts";

const PASSWORD = "correct horse battery";

/** Makes an account and signs in with it. */
async function signIn(page: Page, shop: Shop, name: string, role: "clerk" | "manager") {
  await shop.addStaff(name, role, PASSWORD);
  await enter(page, shop, name);
}

async function enter(page: Page, shop: Shop, name: string) {
  await page.goto(`${shop.url}/entmine`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Orders" })).toBeVisible();
}

/** A second browser at another desk. */
async function anotherDesk(browser: Browser, shop: Shop, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: shop.url });
  const page = await context.newPage();
  await enter(page, shop, name);
  return page;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

test("a wrong password is told, the right one lets in, and signing out ends it", async ({
  alarms,
  page,
  shop,
}) => {
  alarms.allow(/status of 401/);
  await shop.addStaff("robin", "clerk", PASSWORD);
  await page.goto("/entmine/stock");
  await page.getByLabel("Name").fill("robin");
  await page.getByLabel("Password").fill("something else");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("do not belong together");
  await expect(page.getByLabel("Name")).toHaveValue("robin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  // Where they wanted to go.
  await expect(heading(page, "Stock")).toBeVisible();
  await expect(page.getByRole("link", { name: "Audit" })).toBeHidden();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("status")).toHaveText("You are signed out.");
  await page.goto("/entmine/orders");
  await expect(heading(page, "Sign in")).toBeVisible();
  await shop.expectOrders(0);
});

test("a manager changes a price, the shop shows it, and a typing error is told beside its field", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/status of 422/);
  await signIn(page, shop, "morgan", "manager");
  await page.getByRole("link", { name: "Products", exact: true }).click();
  await page.getByLabel("Name, SKU or category").fill("oak wand");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("link", { name: OAK.name, exact: true }).click();
  await page.getByLabel("Price", { exact: true }).fill("13,99");
  await page.getByLabel("Text", { exact: true }).fill("Of very old oak.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Price is not a price such as 12.99.")).toBeVisible();
  await expect(page.getByLabel("Price", { exact: true })).toHaveValue("13,99");
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue("Of very old oak.");
  await page.getByLabel("Price", { exact: true }).fill("13.99");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved.");
  const prices = page.getByRole("region", { name: "Prices" });
  await expect(prices.getByRole("row")).toHaveCount(3);
  await expect(prices).toContainText("£12.99");

  await expect(async () => {
    await customer.open(`/p/${OAK.slug}`);
    await expect(page.getByText("£13.99").first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await shop.expectOrders(0);
});

test("the second of two editors sees what the first changed", async ({
  alarms,
  browser,
  page,
  shop,
}) => {
  alarms.allow(/status of 409/);
  await signIn(page, shop, "morgan", "manager");
  await shop.addStaff("ash", "manager", PASSWORD);
  const other = await anotherDesk(browser, shop, "ash");
  for (const desk of [page, other]) await desk.goto(`/entmine/products/${OAK.sku}`);
  await page.getByLabel("Name").fill("Oak of the first");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved.");

  await other.getByLabel("Name").fill("Oak of the second");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByRole("alert")).toContainText("Nothing of yours was saved");
  const name = other.getByRole("row", { name: /^Name/ });
  await expect(name).toContainText("Oak of the first");
  await expect(name).toContainText("Oak of the second");
  await expect(other.getByRole("region", { name: "History" })).toContainText("staff:morgan");
  await other.getByRole("button", { name: "Save mine all the same" }).click();
  await expect(heading(other, "Oak of the second")).toBeVisible();
  await other.context().close();
  await shop.expectOrders(0);
});

test("an order is held, released, picked and shipped, another one cancelled", async ({
  customer,
  page,
  shop,
}) => {
  for (let order = 0; order < 2; order++) {
    await customer.prepare(OAK);
    await customer.placeOrder.click();
    await customer.confirmed();
  }
  await signIn(page, shop, "robin", "clerk");
  const orders = page.getByRole("region", { name: "Orders" });
  await expect(orders.getByRole("row")).toHaveCount(3);
  const first = await orders.getByRole("link").last().innerText();
  const second = await orders.getByRole("link").first().innerText();

  await page.getByRole("link", { name: first }).click();
  const hold = page.locator("form").filter({ has: page.getByRole("button", { name: "Hold" }) });
  await hold.getByLabel("Reason").fill("no box large enough");
  await hold.getByRole("button", { name: "Hold" }).click();
  await expect(page.getByRole("status")).toHaveText("The order is on hold.");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("no box large enough");
  await page.getByRole("link", { name: "Picking list" }).click();
  await expect(page.getByRole("link", { name: second })).toBeVisible();
  await expect(page.getByRole("link", { name: first })).toBeHidden();

  await page.goto(`/entmine/orders/${first}`);
  await page.getByRole("button", { name: "Release" }).click();
  await page.getByRole("button", { name: "Mark as picked" }).click();
  await expect(page.getByRole("status")).toHaveText("The order is picked.");
  await page.getByRole("link", { name: /^Ship/ }).click();
  await expect(page.getByText("This cannot be undone.")).toBeVisible();
  await page.getByLabel(/Reason/).fill("parcel 12");
  await page.getByRole("button", { name: "Ship" }).click();
  await expect(page.getByRole("status")).toHaveText("The order is shipped.");
  await expect(page.getByText("Nothing more is to be done")).toBeVisible();

  await page.goto(`/entmine/orders/${second}`);
  await page.getByRole("link", { name: /^Cancel order/ }).click();
  await page.getByLabel("Reason").fill("the customer called");
  await page.getByRole("button", { name: "Cancel order" }).click();
  await expect(page.getByRole("status")).toHaveText("The order is cancelled.");
  const movements = page.getByRole("region", { name: "Movements of stock" });
  await expect(movements).toContainText("Release");
  await shop.expectOrders(2);
});

test("a clerk takes goods in and corrects the stock to what was counted", async ({
  alarms,
  page,
  shop,
}) => {
  alarms.allow(/status of 422/);
  await signIn(page, shop, "robin", "clerk");
  await page.goto(`/entmine/products/${OAK.sku}`);
  await page.getByLabel("Pieces").fill("30");
  await page.getByRole("button", { name: "Add to stock" }).click();
  await expect(page.getByRole("status")).toHaveText("The goods were added to the stock.");
  await page.getByLabel("Counted").fill("148");
  await page.getByRole("button", { name: "Correct the stock" }).click();
  await expect(page.getByText("Reason is empty.")).toBeVisible();
  await expect(page.getByLabel("Counted")).toHaveValue("148");
  await page.getByLabel("Reason", { exact: true }).fill("two were broken");
  await page.getByRole("button", { name: "Correct the stock" }).click();
  await expect(page.getByRole("status")).toHaveText("The stock is what was counted.");
  const movements = page.getByRole("region", { name: "Movements of stock" });
  await expect(movements.getByRole("row").nth(1)).toContainText("two were broken");
  await expect(movements.getByRole("row").nth(1)).toContainText("−2");
  await page.getByRole("link", { name: "All of its movements" }).click();
  await expect(movements.getByRole("row")).toHaveCount(4);
  await shop.expectOrders(0);
});

test("every page fits a phone, only tables scroll", async ({ page, shop }) => {
  await signIn(page, shop, "morgan", "manager");
  await page.setViewportSize({ width: 360, height: 640 });
  for (const path of [
    "orders",
    "picking",
    "products",
    `products/${OAK.sku}`,
    "new-product",
    "stock",
    "prices?percent=10",
    "import",
    "customers",
    "staff",
    "audit",
  ]) {
    await page.goto(`/entmine/${path}`);
    const wide = await page.locator("html").boundingBox();
    expect(wide?.width, path).toBe(360);
    const scrolls = page.locator("body :not(.scroll):not(.scroll *)");
    const right = await scrolls.evaluateAll((all) =>
      Math.max(...all.map((element) => element.getBoundingClientRect().right)),
    );
    expect(right, path).toBeLessThanOrEqual(360);
  }
  await shop.expectOrders(0);
});
