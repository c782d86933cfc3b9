// Stands between the suite, which knows no accounts, and the platform: adds a token, maps /v1/stream/ to /v1/streams/, and
// makes `Location`, which the platform gives as a path, absolute. Says on which port it does.
// usage: node proxy.mjs PLATFORM EMAIL PASSWORD
import { createServer, request, Agent } from "node:http";

const [platform, email, password] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1000 });

const post = async (path, init) => {
  const answer = await fetch(platform + path, { method: "POST", ...init });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};
const { session } = await post("/v1/auth/password", {
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ email, password }),
});
let token;
const renew = async () => {
  ({ token } = await post("/v1/auth/token", { headers: { authorization: `Bearer ${session}` } }));
};
await renew();
setInterval(renew, 300_000).unref();

const server = createServer((from, to) => {
  const target = new URL(platform);
  const forward = request(
    {
      agent,
      host: target.hostname,
      port: target.port,
      method: from.method,
      path: from.url.replace(/^\/v1\/stream\//, "/v1/streams/"),
      headers: { ...from.headers, authorization: `Bearer ${token}` },
    },
    (answer) => {
      const headers = { ...answer.headers };
      if (headers.location) {
        const path = headers.location.replace("/v1/streams/", "/v1/stream/");
        headers.location = new URL(path, `http://${from.headers.host}`).href;
      }
      to.writeHead(answer.statusCode, headers);
      to.flushHeaders();
      answer.pipe(to);
      answer.on("error", () => to.destroy());
    },
  );
  forward.on("error", () => (to.headersSent ? to.destroy() : to.writeHead(502).end()));
  to.on("close", () => forward.destroy());
  from.pipe(forward);
}).listen(0, "127.0.0.1", () => console.log(`ready: ${server.address().port}`));
