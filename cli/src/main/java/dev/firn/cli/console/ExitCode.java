package dev.firn.cli.console;

/** The exit codes of commands. The help of every command lists them. */
public final class ExitCode {

  /** Everything asked for was done. */
  public static final int OK = 0;

  /** The answer is no: the key or the tree is not there. */
  public static final int ABSENT = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** The store is damaged. */
  public static final int DAMAGED = 3;

  /** The store cannot be opened: missing, not a store, open elsewhere, of a newer release. */
  public static final int UNOPENED = 4;

  /** The input is wrong: lines of it were not loaded. */
  public static final int BAD_INPUT = 5;

  /** Any other failure: no room on the device, a failed write, a check that did not hold. */
  public static final int FAILED = 6;

  private ExitCode() {}
}
