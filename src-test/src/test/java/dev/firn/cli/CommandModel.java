package dev.firn.cli;

import dev.firn.cli.console.Console;
import picocli.CommandLine;

/** The commands and options of {@code firn}, for tests of its documents. */
public final class CommandModel {

  private CommandModel() {}

  public static CommandLine get() {
    return Main.commandLine(Console.ofProcess());
  }
}
