// Vendure as its documentation sets it up for production: jobs in a worker of their own, which does not run here.
const path = require("path");
const { DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, LogLevel, dummyPaymentHandler } = require("@vendure/core");

exports.config = {
  apiOptions: {
    hostname: "127.0.0.1",
    port: Number(process.env.PORT),
    shopApiPath: "shop-api",
    adminApiPath: "admin-api",
  },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: { identifier: "superadmin", password: process.env.PEER_SECRET },
    cookieOptions: { secret: process.env.PEER_SECRET },
  },
  dbConnectionOptions: {
    type: "better-sqlite3",
    database: path.join(__dirname, "vendure.sqlite"),
    enableWAL: process.env.VENDURE_WAL === "1",
    synchronize: false,
    logging: false,
  },
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: __dirname },
  plugins: [
    DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
};
