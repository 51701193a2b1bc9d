/**
 * Every key of the devnet comes from this phrase, which the whole world knows: it is worth nothing, and whatever is sent to
 * its accounts on a public chain is gone.
 */
export const DEVNET_MNEMONIC = "test test test test test test test test test test test junk";
