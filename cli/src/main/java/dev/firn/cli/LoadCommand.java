package dev.firn.cli;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.load.BadInputException;
import dev.firn.cli.load.LineInput;
import dev.firn.cli.load.LoadReport;
import dev.firn.cli.load.LoadSettings;
import dev.firn.cli.load.Loader;
import dev.firn.cli.load.OnError;
import dev.firn.cli.load.RecordShape;
import dev.firn.cli.text.TextCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn load}: writes records from lines of text. */
@Command(
    name = "load",
    header = "Writes the records of a TSV, NDJSON or dump file.",
    customSynopsis = "firn load STORE FILE [options]",
    description = {
      "Makes the store and the tree if they are missing. The file may be gzipped.",
      "",
      "TSV: columns with tabs between them, named by the first line or by their numbers from 1. The"
          + " key is the first column unless --key says otherwise. The value is the rest of the"
          + " line when the key is the first column, else the whole line.",
      "NDJSON: an object per line; --key names the field of the key. The value is the line.",
      "A dump, as 'firn dump' prints it: needs no options, restores all its trees.",
      "",
      "A batch is written whole or not at all: with one bad line, nothing of its batch is loaded."
          + " Each bad line is named on stderr, and the exit code is 5. With --batch 1 every line"
          + " is a batch."
    },
    footer = {
      "Examples:",
      "  firn load data/world --tree cities --key country,region,name examples/cities.ndjson.gz",
      "  printf 'a\\t1\\nb\\t2\\n' | firn load data/app -",
      "  firn load data/app --key id --value name --on-error skip people.tsv",
      "  firn dump data/app | firn load data/copy -"
    })
final class LoadCommand implements Callable<Integer> {

  private static final int SHOWN_BAD_LINES = 20;

  /** Entry count from which a rate is printed: with fewer, opening files dominates. */
  private static final int RATED_ENTRIES = 1000;

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private StoreArgument store = new StoreArgument();

  @Parameters(index = "1", paramLabel = "FILE", description = "The file; - for stdin.")
  private Path file = Path.of("-");

  @Option(
      names = {"-t", "--tree"},
      paramLabel = "NAME",
      description =
          "The tree to load into; '"
              + TreeOption.DEFAULT
              + "' unless given. Of a dump, the only"
              + " tree to load.")
  private @Nullable String tree;

  @Option(
      names = "--input",
      paramLabel = "tsv|ndjson|dump",
      description = "The format of the lines; detected from the first one unless given.")
  private LineInput.@Nullable Format input;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "FIELD",
      split = ",",
      description = "The field of the key; several, with commas, for a key made of fields.")
  private @Nullable List<String> keyFields;

  @Option(
      names = "--separator",
      paramLabel = "TEXT",
      defaultValue = "/",
      description =
          "Text between the fields of a key; '${DEFAULT-VALUE}' unless given. \\t and \\xHH"
              + " work.")
  private String separator = "/";

  @Option(names = "--value", paramLabel = "FIELD", description = "The field of the value.")
  private @Nullable String valueField;

  @Option(
      names = "--header",
      description =
          "The first line of a TSV names its columns; implied when a field is given by name.")
  private boolean header;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Lines in a batch; ${DEFAULT-VALUE} unless given. Very long lines make"
              + " smaller batches.")
  private int batch = 1000;

  @Option(
      names = "--on-error",
      paramLabel = "stop|skip",
      defaultValue = "stop",
      description =
          "After a bad line: stop, or skip its batch and continue; ${DEFAULT-VALUE} unless given.")
  private OnError onError = OnError.STOP;

  @Option(
      names = "--sync",
      description =
          "Sync each batch before the next one. Without it, everything is synced when the command"
              + " returns.")
  private boolean sync;

  private long badLines;

  LoadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (batch < 1) {
      throw new ParameterException(spec.commandLine(), "--batch=" + batch + " is less than 1");
    }
    try (LineInput lines = open()) {
      LineInput.Format format = input != null ? input : lines.guess();
      LoadSettings settings =
          new LoadSettings(
              treeFor(format), batch, sync ? Durability.SYNCED : Durability.BUFFERED, onError);
      lines.as(format, shape(format));
      try (Store open = store.openOrCreate()) {
        return load(open, lines, settings);
      }
    }
  }

  private LineInput open() {
    return file.toString().equals("-") ? LineInput.of(console.in(), "stdin") : LineInput.open(file);
  }

  private @Nullable String treeFor(LineInput.Format format) {
    return tree != null || format == LineInput.Format.DUMP ? tree : TreeOption.DEFAULT;
  }

  private RecordShape shape(LineInput.Format format) {
    List<String> fields = keyFields;
    if (fields == null) {
      if (format == LineInput.Format.NDJSON) {
        throw new ParameterException(
            spec.commandLine(), "NDJSON needs --key FIELD: which field is the key");
      }
      fields = List.of("1");
    }
    try {
      return new RecordShape(fields, valueField, TextCodec.TEXT.decode(separator), header);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--separator: " + e.getMessage(), e);
    }
  }

  private int load(Store open, LineInput lines, LoadSettings settings) {
    try (ProgressLine progress = ProgressLine.ofBytes(console, "load")) {
      Loader loader =
          Loader.of(
              open,
              lines,
              settings,
              (line, reason) -> tellBadLine(lines.name(), line, reason),
              entries -> progress.update(lines.consumedBytes(), lines.totalBytes()));
      try {
        loader.run();
        open.sync();
      } catch (BadInputException e) {
        throw new Failure(ExitCode.BAD_INPUT, lines.name() + ":" + e.getMessage(), e);
      } catch (IOException e) {
        throw new Failure(ExitCode.BAD_INPUT, lines.name() + ": " + LocalFiles.problem(e), e);
      } finally {
        progress.close();
        print(loader.report());
      }
      return loader.report().badLines() == 0 ? ExitCode.OK : ExitCode.BAD_INPUT;
    }
  }

  private void tellBadLine(String name, long line, String reason) {
    if (++badLines <= SHOWN_BAD_LINES) {
      console.err().println("firn: " + name + ":" + line + ": " + reason);
    } else if (badLines == SHOWN_BAD_LINES + 1) {
      console.err().println("firn: " + name + ": more bad lines, which are only counted");
    }
  }

  private void print(LoadReport report) {
    String rate =
        report.entries() < RATED_ENTRIES
            ? ""
            : ": "
                + Quantity.rate(report.entries(), report.nanos())
                + " entries/s, "
                + Quantity.bytes(Math.round(Quantity.perSecond(report.bytes(), report.nanos())))
                + "/s";
    console
        .out()
        .line(
            "loaded %s in %s%s",
            Quantity.count(report.entries(), "entry", "entries"),
            Quantity.nanos(report.nanos()),
            rate);
    if (report.badLines() > 0) {
      console
          .out()
          .line(
              "not loaded: %s, and %s of the same %s",
              Quantity.count(report.badLines(), "bad line", "bad lines"),
              Quantity.count(report.droppedLines(), "other line", "other lines"),
              report.badLines() == 1 ? "batch" : "batches");
    }
  }
}
