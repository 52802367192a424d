package dev.firn.cli;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.OutputClosedException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** The entry point of the command line, and the only place that ends the process. */
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(execute(Console.ofProcess(), args));
  }

  /** Runs one command and returns its exit code. */
  static int execute(Console console, String... args) {
    PrintWriter help = new PrintWriter(console.out(), false, StandardCharsets.UTF_8);
    int code;
    try {
      code = commandLine(console).setOut(help).execute(args);
      help.flush();
      console.out().flush();
    } catch (OutputClosedException e) {
      return ExitCode.OK; // the reader closed the pipe
    } catch (RuntimeException | Error e) {
      return new ErrorReport(console).report(e);
    }
    return code;
  }

  static CommandLine commandLine(Console console) {
    CommandLine firn = new CommandLine(new FirnCommand(console));
    firn.addSubcommand(new PutCommand(console));
    firn.addSubcommand(new DeleteCommand());
    firn.addSubcommand(new LoadCommand(console));
    firn.addSubcommand(new GetCommand(console));
    firn.addSubcommand(new ScanCommand(console));
    firn.addSubcommand(new DumpCommand(console));
    firn.addSubcommand(new TreesCommand(console));
    firn.addSubcommand(new StatsCommand(console));
    firn.addSubcommand(new CompactCommand(console));
    firn.addSubcommand(new VerifyCommand(console));
    firn.addSubcommand(new RepairCommand(console));
    firn.addSubcommand(
        new CommandLine(new JournalCommand()).addSubcommand(new JournalDumpCommand(console)));
    firn.addSubcommand(new DemoCommand(console));
    firn.addSubcommand(new IngestCommand(console));
    firn.addSubcommand(new BenchCommand(console));
    HelpLayout.apply(firn);
    ErrorReport errors = new ErrorReport(console);
    return firn.setExecutionStrategy(new CommandLine.RunLast())
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(new ColorScheme.Builder(Ansi.OFF).build())
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
  }
}
