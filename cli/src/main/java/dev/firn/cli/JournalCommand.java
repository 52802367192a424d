package dev.firn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code firn journal}: commands about the journal. */
@Command(
    name = "journal",
    header = "Prints the journal (journal dump).",
    customSynopsis = "firn journal dump STORE [options]",
    description = "The journal holds the writes that are not in tables yet.",
    footer = {"Example:", "  firn journal dump data/app --limit 3"})
final class JournalCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing a command");
  }
}
