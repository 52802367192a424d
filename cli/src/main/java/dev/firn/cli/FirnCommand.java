package dev.firn.cli;

import dev.firn.cli.console.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top command: lists the commands, and has the options of every command. */
@Command(
    name = "firn",
    header = "Firn, an embedded log-structured merge key-value store for the JVM.",
    description = "A store is a folder. It holds trees, and a tree holds keys with their values.",
    customSynopsis = "firn COMMAND [options]",
    versionProvider = FirnCommand.Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 96,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "'firn COMMAND --help' explains a command and has examples.",
      "Environment of ./firn: FIRN_JAVA_HOME (the JDK to use), FIRN_JAVA_OPTS (flags for the JVM)."
    },
    exitCodeList = {
      "0:done",
      "1:not there: the key, the tree or the journal segment",
      "2:wrong usage",
      "3:the store is damaged",
      "4:the store cannot be opened: missing, not a store, open elsewhere, of a newer release",
      "5:bad input: lines of it were not loaded",
      "6:anything else: no room on the device, a failed write, a check that did not hold"
    })
final class FirnCommand implements Runnable {

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      order = 101,
      description = "Show where in the program an error arose.")
  private boolean stacktrace;

  FirnCommand(Console console) {
    this.console = console;
  }

  @Option(
      names = "--progress",
      negatable = true,
      scope = ScopeType.INHERIT,
      order = 100,
      description = "Show progress; by default when stderr is a terminal.")
  void setProgress(boolean shown) {
    console.showProgress(shown);
  }

  /** For picocli, which shows the help instead of running the command. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 102,
      description = "Show this help.")
  void setHelp(boolean asked) {}

  /** For picocli, which shows the version instead of running the command. */
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      order = 103,
      description = "Show the version.")
  void setVersion(boolean asked) {}

  boolean showsStacktrace() {
    return stacktrace;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing a command");
  }

  /** The version of the release, from a resource that the build writes. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"firn " + read()};
    }

    private static String read() {
      try (InputStream in = FirnCommand.class.getResourceAsStream("version.txt")) {
        return in == null
            ? "of unknown version"
            : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The top command of a command line. */
  static FirnCommand of(CommandLine command) {
    CommandLine top = command;
    while (top.getParent() != null) {
      top = top.getParent();
    }
    return top.getCommand();
  }
}
