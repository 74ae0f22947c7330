import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "@playwright/test";
import { OAK, expect, test } from "../fixture/index.ts";

test("searching from the header", async ({ customer, page, shop }) => {
  await customer.open("/");
  await customer.header.getByLabel("Search the shop").fill("Oak WAND");
  await customer.header.getByRole("button", { name: "Search" }).click();
  await expect(customer.heading("Search for “Oak WAND”")).toBeVisible();
  await expect(page).toHaveURL(/\/search\?q=/);
  await expect(customer.header.getByLabel("Search the shop")).toHaveValue("Oak WAND");
  await expect(page.getByText(/^\d+ products?$/)).toBeVisible();
  await page.getByRole("link", { name: OAK.name, exact: true }).click();
  await expect(customer.heading(OAK.name)).toBeVisible();
  await shop.expectOrders(0);
});

test("searching for what is not there", async ({ customer, page, shop }) => {
  const words = `<b>no such</b> & "thing" 100%_`;
  await customer.open(`/search?q=${encodeURIComponent(words)}`);
  await expect(customer.heading(`Search for “${words}”`)).toBeVisible();
  await expect(page.getByText("Nothing found.")).toBeVisible();
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(0);
  await customer.open("/search");
  await expect(page.getByText("What are you looking for?")).toBeVisible();
  await shop.expectOrders(0);
});

test("words are found however they are written, and stay what they are", async ({
  customer,
  page,
  shop,
}) => {
  const file = join(shop.data, "words.csv");
  const head = "Handle,Title,Body (HTML),Type,Variant SKU,Variant Price,Variant Inventory Qty";
  const rows = [
    "cafe-creme,Café Crème Candle,,Candles,CC-1,9.99,5",
    "bamboo-socks,Socks 60%bamboo,,Clothes,BB-1,9.99,5",
    "berry,Strawberry Jam,,Food,SJ-1,9.99,5",
  ];
  await writeFile(file, `${head}\n${rows.join("\n")}\n`);
  await shop.import(file);
  for (const [words, name] of [
    ["cafe creme", "Café Crème Candle"],
    ["60%bamboo", "Socks 60%bamboo"],
    ["strawberries", "Strawberry Jam"],
    ["sj-1", "Strawberry Jam"],
  ] as const) {
    await customer.open("/");
    await customer.header.getByLabel("Search the shop").fill(words);
    await customer.header.getByRole("button", { name: "Search" }).click();
    await expect(customer.heading(`Search for “${words}”`)).toBeVisible();
    await expect(customer.header.getByLabel("Search the shop")).toHaveValue(words);
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  }
  await shop.expectOrders(0);
});

test("a long list has pages", async ({ customer, page, shop }) => {
  await customer.open("/search?q=a");
  const names = page.getByRole("main").getByRole("heading", { level: 3 });
  await expect(names).toHaveCount(24);
  const first = await names.allInnerTexts();
  const pager = page.getByRole("navigation", { name: "Pages" });
  await expect(pager).toContainText(/Page 1 of \d/);
  await expect(pager.getByRole("link", { name: "Previous page" })).toBeHidden();
  await pager.getByRole("link", { name: "Next page" }).click();
  await expect(pager).toContainText(/Page 2 of \d/);
  await expect(page).toHaveURL(/q=a&page=2$/);
  expect((await names.allInnerTexts()).filter((name) => first.includes(name))).toEqual([]);
  await pager.getByRole("link", { name: "Previous page" }).click();
  await expect(pager).toContainText(/Page 1 of \d/);
  expect(await names.allInnerTexts()).toEqual(first);

  // Addresses that nobody linked to.
  await customer.open("/search/?q=a&page=99999999999999999999");
  await expect(page).toHaveURL(/\/search\?q=a&page=9+$/);
  await expect(pager.getByRole("link", { name: "Next page" })).toBeHidden();
  await expect(pager.getByRole("link", { name: "Previous page" })).toBeVisible();
  await customer.open("/search?q=a&page=9999");
  await expect(pager.getByRole("link", { name: "Next page" })).toBeHidden();
  await customer.open("/search?q=a&page=-1");
  await expect(pager).toContainText(/Page 1 of \d/);
  await shop.expectOrders(0);
});

test("every category leads to its products", async ({ customer, page, shop }) => {
  await customer.open("/");
  const links = page
    .getByRole("navigation", { name: "Categories" })
    .getByRole("link");
  const categories = await links.allInnerTexts();
  expect(categories.length).toBeGreaterThanOrEqual(6);
  for (const category of categories) {
    await page
      .getByRole("navigation", { name: "Categories" })
      .getByRole("link", { name: category, exact: true })
      .click();
    await expect(customer.heading(category)).toBeVisible();
    await expect(page.getByRole("main").getByRole("heading", { level: 3 }).first()).toBeVisible();
  }
  await shop.expectOrders(0);
});

test("the page of all categories leads to each", async ({ customer, page, shop }) => {
  await customer.open("/c/wands");
  await page.getByRole("main").getByRole("link", { name: "All categories", exact: true }).click();
  await expect(customer.heading("All categories")).toBeVisible();
  await expect(page).toHaveTitle(/^All categories · /);
  const main = page.getByRole("main");
  await expect(main.getByText("8 categories", { exact: true })).toBeVisible();
  const names = await main.getByRole("listitem").getByRole("link").allInnerTexts();
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, "en")));
  await main.getByRole("link", { name: OAK.category, exact: true }).click();
  await expect(customer.heading(OAK.category)).toBeVisible();
  // Few categories are all in the bar.
  await expect(customer.header.getByRole("link", { name: "All categories" })).toHaveCount(0);
  await shop.expectOrders(0);
});

test("of many categories the bar names a dozen on one line", async ({ customer, page, shop }) => {
  const rows = Array.from({ length: 20 }, (_, index) => {
    const number = String(index + 1).padStart(2, "0");
    return `oddment-${number},Oddment ${number},,Assorted oddments ${number},ODD-${number},1.50,9`;
  });
  const head = "Handle,Title,Body (HTML),Type,Variant SKU,Variant Price,Variant Inventory Qty";
  const file = join(shop.data, "oddments.csv");
  await writeFile(file, `${head}\n${rows.join("\n")}\n`);
  await shop.import(file);

  const bar = page.getByRole("navigation", { name: "Categories" });
  const all = bar.getByRole("link", { name: "All categories", exact: true });
  const isInSight = async (link: Locator): Promise<boolean> => {
    const [box, line] = [await link.boundingBox(), await bar.boundingBox()];
    if (!box || !line) return false;
    return box.y + box.height <= line.y + line.height + 1 && box.x + box.width <= line.width;
  };
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    // Of the dozen the last, which a line has no room for; and one that is not of the dozen.
    await customer.open("/c/wands");
    await expect(bar.getByRole("link")).toHaveCount(13);
    expect((await bar.boundingBox())?.height, `${width} px`).toBeLessThan(64);
    const here = bar.getByRole("link", { name: "Wands", exact: true });
    await expect(here).toHaveAttribute("aria-current", "page");
    for (const link of [all, here]) expect(await isInSight(link), `${width} px`).toBe(true);
    await expect(all).not.toHaveAttribute("aria-current");
    await customer.open("/c/assorted-oddments-20");
    await expect(all).toHaveAttribute("aria-current", "true");
  }
  await customer.open("/");
  const main = page.getByRole("main");
  const tiles = main.getByRole("region", { name: "Shop by category" });
  await expect(tiles.getByRole("listitem")).toHaveCount(12);
  await tiles.getByRole("link", { name: "All categories", exact: true }).click();
  await expect(main.getByText("28 categories", { exact: true })).toBeVisible();
  await expect(main.getByRole("listitem")).toHaveCount(28);
  await expect(all).toHaveAttribute("aria-current", "page");
  await main.getByRole("link", { name: "Assorted oddments 20", exact: true }).click();
  await expect(customer.heading("Assorted oddments 20")).toBeVisible();
  await shop.expectOrders(0);
});

test("a merchant's own file is in the open shop at once, page by page", async ({
  customer,
  page,
  shop,
}) => {
  const rows = Array.from({ length: 30 }, (_, index) => {
    const number = String(index + 1).padStart(2, "0");
    return `bell-${number},"Bell ${number}","<p>It <em>rings</em>.</p>",Bells,SKU-BELL-${number},${index}.50,9`;
  });
  const head = "Handle,Title,Body (HTML),Type,Variant SKU,Variant Price,Variant Inventory Qty";
  const file = join(shop.data, "bells.csv");
  await writeFile(file, `${head}\n${rows.join("\n")}\n`);
  expect(await shop.import(file)).toContain("30 new products");

  await customer.open("/c/bells");
  await expect(page.getByText("30 products", { exact: true })).toBeVisible();
  const names = page.getByRole("main").getByRole("heading", { level: 3 });
  await expect(names).toHaveCount(24);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("Page 2 of 2")).toBeVisible();
  await expect(names).toHaveCount(6);
  await page.getByRole("link", { name: "Bell 30" }).click();
  await expect(customer.heading("Bell 30")).toBeVisible();
  await expect(page.getByText("£29.50", { exact: true })).toBeVisible();
  await expect(page.getByText("It rings.")).toBeVisible();
  await expect(page.getByText("9 in stock")).toBeVisible();
  await shop.expectOrders(0);
});
