import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { parsedOnce } from "#chain/parsedOnce.ts";

function counting() {
  let connected = 0;
  const factory = parsedOnce({
    connect: (address: string) => ({ address, number: ++connected }),
    createInterface: () => ({ number: ++connected }),
  });
  return { factory, connected: () => connected };
}

describe("Contracts that are parsed once", function () {
  const providers = [new JsonRpcProvider("http://127.0.0.1:1"), new JsonRpcProvider("http://127.0.0.1:2")] as const;

  after(function () {
    for (const provider of providers) provider.destroy();
  });

  it("are connected anew for another address and another runner, and for no other reason", function () {
    const { factory, connected } = counting();
    const first = factory.connect("0x1", providers[0]);
    expect(factory.connect("0x1", providers[0])).to.equal(first);
    expect(factory.connect("0x2", providers[0])).to.deep.equal({ address: "0x2", number: 2 });
    expect(factory.connect("0x1", providers[1])).to.deep.equal({ address: "0x1", number: 3 });
    expect(factory.connect("0x1", null)).to.not.equal(factory.connect("0x1", null));
    expect(factory.createInterface()).to.equal(factory.createInterface());
    expect(connected()).to.equal(6);
  });

  it("are forgotten when a chain names too many of them", function () {
    const { factory } = counting();
    const first = factory.connect("0x0", providers[0]);
    for (let at = 1; at <= 256; at++) factory.connect(`0x${at.toString(16)}`, providers[0]);
    expect(factory.connect("0x0", providers[0])).to.not.equal(first);
  });
});
