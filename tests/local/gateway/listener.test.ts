import test from "ava";
import type { AddressInfo } from "node:net";
import { openListener, PortInUseError } from "../../../local/gateway/listener.ts";
import { sendRaw } from "../../helpers/running-gateway.ts";

test("a listener takes any free port of the loopback interface", async (t) => {
  const listener = await openListener(0);
  t.teardown(() => listener.close());
  const { address, port } = listener.address() as AddressInfo;
  t.is(address, "127.0.0.1");
  t.true(port > 0);
});

test("a port in use is named by the error", async (t) => {
  const listener = await openListener(0);
  t.teardown(() => listener.close());
  const { port } = listener.address() as AddressInfo;
  const error = await t.throwsAsync(openListener(port), { instanceOf: PortInUseError });
  t.is(error.port, port);
  t.is(error.message, `port ${port} is in use by another program`);
});

test("a request before any gateway is attached is 503", async (t) => {
  const listener = await openListener(0);
  t.teardown(() => listener.close());
  const { port } = listener.address() as AddressInfo;
  t.is((await fetch(`http://127.0.0.1:${port}/`)).status, 503);
});

test("what is not HTTP is 400", async (t) => {
  const listener = await openListener(0);
  t.teardown(() => listener.close());
  const { port } = listener.address() as AddressInfo;
  t.true((await sendRaw(port, "hello\r\n\r\n")).startsWith("HTTP/1.1 400 "));
});
