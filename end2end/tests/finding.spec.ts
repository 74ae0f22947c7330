import { writeFile } from "node:fs/promises";
import { join } from "node:path";
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
