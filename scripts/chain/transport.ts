import type { FetchGetUrlFunc } from "ethers";

/**
 * Longest answer of an endpoint. Logs are asked for block by block if need be, so this must hold what anyone can fill one
 * block with: 2 600 messages of 24 KiB, for which even a sender that is a contract pays 600 million gas.
 */
const ANSWER_BYTES = 134_217_728;

/**
 * How ethers reaches an endpoint: within the request's timeout altogether, however slowly bytes drip in; never more than
 * {@link ANSWER_BYTES}, unpacked; no redirects; and no pauses that the endpoint dictates.
 *
 * @param request - What ethers asks.
 * @param signal - Set when ethers gives up.
 * @returns The answer.
 */
export const boundedGetUrl: FetchGetUrlFunc = async (request, signal) => {
  const abandoned = new AbortController();
  signal?.addListener(() => {
    abandoned.abort();
  });
  const { method, url, body, timeout } = request;
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...request.headers },
    redirect: "error",
    signal: AbortSignal.any([abandoned.signal, AbortSignal.timeout(timeout)]),
    ...(body === null ? {} : { body: new Uint8Array(body) }),
  });
  return {
    statusCode: response.status,
    statusMessage: response.statusText,
    headers: {},
    body: await readBytes(response, ANSWER_BYTES),
  };
};

/**
 * @param response - An answer.
 * @param limitBytes - The most that is read of it, unpacked.
 * @returns Its body; throws for one byte more.
 */
export async function readBytes(response: Response, limitBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > limitBytes) {
      await reader.cancel();
      throw new Error(`answered more than ${String(limitBytes)} bytes`);
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks);
}
