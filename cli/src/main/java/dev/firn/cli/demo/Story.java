package dev.firn.cli.demo;

import dev.firn.cli.console.Output;
import java.util.Locale;

/** The output of the demonstration: chapters, and in them facts with figures. */
final class Story {

  private static final int WIDTH = 48;

  private final Output out;

  Story(Output out) {
    this.out = out;
  }

  /** Begins a chapter. */
  void chapter(String title) {
    out.line("");
    out.line(title);
    out.flush();
  }

  /** Prints a fact and its figures. */
  void fact(String what, String figures) {
    out.line(String.format(Locale.ROOT, "  %-" + WIDTH + "s %s", what, figures).stripTrailing());
    out.flush();
  }

  /** Prints a piece of data. */
  void sample(String data) {
    out.line("      " + data);
  }
}
