// Starts the reference server of Durable Streams on a free port, says where, and runs until its standard input ends.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/");
const { DurableStreamTestServer } = await import(pathToFileURL(require.resolve("@durable-streams/server")).href)
  .then((module) => module.DurableStreamTestServer ? module : module.default);
const server = new DurableStreamTestServer({ port: 0, host: "127.0.0.1", longPollTimeout: 1000 });
await server.start();
console.log(server.baseUrl ?? server.url);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
