// Medusa as it comes, without its admin pages and without Redis: its events stay in the process.
const { defineConfig } = require("@medusajs/framework/utils");

const here = "http://127.0.0.1";

module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false },
    databaseLogging: false,
    http: {
      storeCors: here,
      adminCors: here,
      authCors: here,
      jwtSecret: process.env.PEER_SECRET,
      cookieSecret: process.env.PEER_SECRET,
    },
  },
});
