// Makes vendure.sqlite: one country, one way to ship and to pay, 50 products in one collection.
const fs = require("fs");
const path = require("path");
const {
  JobQueueService,
  LanguageCode,
  TransactionalConnection,
  bootstrap,
  dummyPaymentHandler,
} = require("@vendure/core");
const { populate } = require("@vendure/core/cli");
const { config } = require("./config");

const PRODUCTS = 50;
const QUIET_MS = 5000; // one job makes another: they are done when there were none for so long
const LOOK_MS = 250;
const OPEN_JOBS = "SELECT COUNT(*) AS jobs FROM job_record WHERE state IN ('PENDING', 'RUNNING', 'RETRYING')";

const initialData = {
  defaultLanguage: LanguageCode.en,
  defaultZone: "Europe",
  countries: [{ code: "GB", name: "United Kingdom", zone: "Europe" }],
  taxRates: [{ name: "Standard", percentage: 20 }],
  shippingMethods: [{ name: "Parcel", price: 500 }],
  paymentMethods: [
    {
      name: "Invoice",
      handler: { code: dummyPaymentHandler.code, arguments: [{ name: "automaticSettle", value: "true" }] },
    },
  ],
  collections: [
    {
      name: "Load",
      filters: [{ code: "facet-value-filter", args: { facetValueNames: ["load"], containsAny: false } }],
    },
  ],
};

const columns = {
  name: n => `Item ${n}`,
  slug: n => `item-${n}`,
  description: () => "One of the things that a benchmark buys.",
  assets: () => "",
  facets: () => "category:load",
  optionGroups: () => "",
  optionValues: () => "",
  sku: n => `ITEM-${n}`,
  price: n => `${10 + n}.00`,
  taxCategory: () => "standard",
  stockOnHand: () => "100000000",
  trackInventory: () => "true",
  variantAssets: () => "",
  variantFacets: () => "",
};

async function start() {
  const dbConnectionOptions = { ...config.dbConnectionOptions, synchronize: true };
  const app = await bootstrap({ ...config, dbConnectionOptions });
  await app.get(JobQueueService).start();
  return app;
}

// Jobs put the products into the collection and into the search index.
async function jobsDone(app) {
  const database = app.get(TransactionalConnection).rawConnection;
  for (let quiet = 0; quiet < QUIET_MS; quiet += LOOK_MS) {
    await new Promise(done => setTimeout(done, LOOK_MS));
    const [open] = await database.query(OPEN_JOBS);
    if (Number(open.jobs) > 0) quiet = 0;
  }
}

async function main() {
  const rows = [...Array(PRODUCTS).keys()].map(n => Object.values(columns).map(cell => cell(n)).join(","));
  const file = path.join(__dirname, "products.csv");
  fs.writeFileSync(file, [Object.keys(columns).join(","), ...rows, ""].join("\n"));
  const app = await populate(start, initialData, file);
  await jobsDone(app);
  await app.close();
}

main().then(
  () => process.exit(0),
  error => {
    console.error(error);
    process.exit(1);
  },
);
