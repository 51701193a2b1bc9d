import { CommandError } from "./errors.ts";

/** The variable that a password may come from. */
export const PASSWORD_VARIABLE = "PARLEY_KEYSTORE_PASSWORD";

const CTRL_C = "\u0003";
const BACKSPACES: readonly string[] = ["\u007f", "\b"];

/**
 * Gets a keystore's password: from a file, from the environment, or from the terminal. Never from the command line, which
 * everybody on the machine reads.
 *
 * @param passwordFile - A file that was named; empty for none.
 * @param isNew - Whether it is a new password, which is asked for twice.
 * @returns The password; throws `NoPassword`.
 */
export async function passwordFrom(passwordFile: string, isNew: boolean): Promise<string> {
  if (passwordFile !== "") {
    const { passwordIn } = await import("#nodes/shared/keystore.ts");
    return passwordIn(passwordFile);
  }
  const inherited = process.env[PASSWORD_VARIABLE];
  if (inherited !== undefined && inherited !== "") return inherited;
  if (!process.stdin.isTTY) {
    throw new CommandError(
      "NoPassword",
      `no terminal to ask for a password: use --password-file or ${PASSWORD_VARIABLE}`,
    );
  }
  const password = await ask("Password: ");
  if (isNew && (await ask("Once more: ")) !== password) {
    throw new CommandError("NoPassword", "the passwords differ");
  }
  return password;
}

// In raw mode nothing that is typed is shown.
function ask(question: string): Promise<string> {
  const { stdin } = process;
  process.stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (finish: () => void) => {
      stdin.off("data", hear);
      stdin.setRawMode(false);
      stdin.pause();
      process.stderr.write("\n");
      finish();
    };
    const hear = (part: string) => {
      for (const character of part) {
        if (character === "\r" || character === "\n") {
          end(() => {
            resolve(typed);
          });
          return;
        }
        if (character === CTRL_C) {
          end(() => {
            reject(new CommandError("NoPassword", "interrupted"));
          });
          return;
        }
        typed = BACKSPACES.includes(character) ? Array.from(typed).slice(0, -1).join("") : typed + character;
      }
    };
    stdin.on("data", hear);
  });
}
