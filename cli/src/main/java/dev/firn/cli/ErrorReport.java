package dev.firn.cli;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.OutputClosedException;
import dev.firn.core.file.FileName;
import dev.firn.error.ConflictException;
import dev.firn.error.CorruptionException;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.error.FormatVersionException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.error.StoreLockedException;
import dev.firn.error.TransactionTimeoutException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports a failure: one line on stderr, with the path and what to do, and an exit code. */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final Console console;

  ErrorReport(Console console) {
    this.console = console;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof ParameterException wrong) {
      return handleParseException(wrong, new String[0]);
    }
    if (e instanceof OutputClosedException) {
      return ExitCode.OK;
    }
    int code = report(e);
    if (FirnCommand.of(command).showsStacktrace()) {
      e.printStackTrace(console.err());
    }
    return code;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintStream err = console.err();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + message(e));
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    err.println("'" + name + " --help' shows how it is used.");
    return ExitCode.USAGE;
  }

  private static String message(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
        ? "what is '" + unmatched.getUnmatched().get(0) + "'?"
        : String.valueOf(e.getMessage());
  }

  /** Prints the line and returns the exit code. */
  int report(Throwable e) {
    console.err().println("firn: " + message(e));
    return exitCode(e);
  }

  private static String message(Throwable e) {
    if (e instanceof FirnException failure) {
      return failure.getMessage() + advice(failure);
    }
    if (e instanceof Failure || e instanceof IllegalArgumentException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof OutOfMemoryError) {
      return "out of memory: " + e.getMessage() + "; give the JVM more, with -Xmx";
    }
    return "unexpected: " + e + "; --stacktrace shows more";
  }

  private static String advice(FirnException e) {
    return switch (e) {
      case CorruptionException damage -> advice(damage);
      case StoreLockedException locked -> "; close it there first";
      case DiskFullException full -> "; make room and run the command again";
      case StoreFailedException failed -> "; remove the cause and open the store again";
      case FormatVersionException version -> "";
      case StorageException storage -> "";
      case ConflictException conflict -> "; run the command again";
      case TransactionTimeoutException timeout -> "; run the command again";
    };
  }

  private static String advice(CorruptionException damage) {
    Path file = Path.of(damage.file()).getFileName();
    boolean journal = file != null && FileName.journalNumber(file.toString()).isPresent();
    return journal
        ? "; restore the store from a copy, save what precedes the damage with 'firn dump"
            + " --salvage', or keep what is readable with 'firn repair'"
        : "; restore the store from a copy, or keep what is readable with 'firn repair'";
  }

  private static int exitCode(Throwable e) {
    return switch (e) {
      case Failure failure -> failure.exitCode();
      case CorruptionException damage -> ExitCode.DAMAGED;
      case StoreLockedException locked -> ExitCode.UNOPENED;
      case FormatVersionException version -> ExitCode.UNOPENED;
      case IllegalArgumentException wrong -> ExitCode.USAGE;
      default -> ExitCode.FAILED;
    };
  }
}
