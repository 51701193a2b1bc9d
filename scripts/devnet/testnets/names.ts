/** What commands call local testnets as a network. */
export const TESTNETS = "testnets";
