import type { Locator, Page } from "@playwright/test";
import { ADA, OAK, expect, test } from "../fixture/index.ts";

/** Presses Tab until something has the focus, which must be seen then. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      // Where a link fills a card, the card's outline is the link's `::after`.
      const seen = await target.evaluate((element) =>
        [null, "::after"].some((part) => getComputedStyle(element, part).outlineStyle !== "none"),
      );
      expect(seen, `${target} shows that it has the focus`).toBe(true);
      return;
    }
  }
  throw new Error(`Tab does not reach ${target}`);
}

test("buying with the keyboard alone", async ({ customer, page, shop }) => {
  const { keyboard } = page;
  const follow = async (link: Locator) => {
    await tabTo(page, link);
    await keyboard.press("Enter");
  };
  await customer.open("/");
  await keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await follow(page.getByRole("main").getByRole("link", { name: OAK.category, exact: true }));
  await expect(customer.heading(OAK.category)).toBeVisible();
  await follow(page.getByRole("link", { name: OAK.name, exact: true }));
  await expect(customer.heading(OAK.name)).toBeVisible();
  await customer.ready();
  await tabTo(page, page.getByLabel("Quantity", { exact: true }));
  await keyboard.press("Control+A");
  await keyboard.type("2");
  await follow(customer.button("Add to cart"));
  await follow(page.getByRole("link", { name: "Look at the cart" }));
  await expect(customer.heading("Your cart")).toBeVisible();
  await follow(page.getByRole("link", { name: "Go to the checkout" }));
  await expect(customer.heading("Checkout")).toBeVisible();
  await customer.ready();

  for (const name of ["name", "email", "phone", "line1", "city", "postcode"] as const) {
    await tabTo(page, customer.field(name));
    await keyboard.type(ADA[name]);
  }
  await tabTo(page, customer.field("country"));
  await keyboard.type("Norway");
  await expect(customer.field("country")).toHaveValue("NO");
  await tabTo(page, customer.placeOrder);
  await keyboard.press("Enter");

  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText("Norway");
  await expect(page.getByRole("main")).toContainText("2 ×");
  await shop.expectOrders(1);
});

test("Enter in a field places the order once, and the focus goes to its card", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 1 });
  await customer.field("postcode").focus();
  await page.keyboard.press("Enter");
  await expect(customer.card).toBeFocused();
  await page.keyboard.press("Enter");
  await customer.confirmed();
  await shop.expectOrders(1);
});
