import { createServer } from "node:http";

/** What was handed in for verification. */
export interface Submission {
  readonly contractaddress: string;
  readonly contractname: string;
  readonly constructorArguments: string;
  readonly sourceCode: string;
}

/** A double of a block explorer that speaks Etherscan's API (v2): it takes what it is given, and compiles nothing. */
export interface ExplorerDouble {
  readonly url: string;
  readonly submissions: readonly Submission[];
  /** Addresses whose sources it turns down. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

/** Starts one on loopback. */
export async function startExplorer(): Promise<ExplorerDouble> {
  const submissions: Submission[] = [];
  const refused = new Set<string>();
  const answer = (action: string | null, guid: string | null, form: URLSearchParams) => {
    if (action === "getsourcecode") return { status: "1", message: "OK", result: [{ SourceCode: "" }] };
    if (action === "verifysourcecode") {
      const field = (name: string) => form.get(name) ?? "";
      submissions.push({
        contractaddress: field("contractaddress"),
        contractname: field("contractname"),
        constructorArguments: field("constructorArguments"),
        sourceCode: field("sourceCode"),
      });
      return { status: "1", message: "OK", result: field("contractaddress") };
    }
    const isRefused = guid !== null && refused.has(guid);
    return isRefused
      ? { status: "0", message: "NOTOK", result: "Fail - Unable to verify" }
      : { status: "1", message: "OK", result: "Pass - Verified" };
  };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const { searchParams } = new URL(request.url ?? "/", "http://explorer");
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(answer(searchParams.get("action"), searchParams.get("guid"), new URLSearchParams(body))),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const found = server.address();
  if (found === null || typeof found === "string") throw new Error("the explorer has no port");
  return {
    ...{ url: `http://127.0.0.1:${String(found.port)}`, submissions, refused },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
