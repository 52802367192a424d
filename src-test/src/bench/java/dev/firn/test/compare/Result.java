package dev.firn.test.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The metrics of one contender in one trial of one round; a line of JSON in the raw results. */
record Result(
    Contender contender,
    int round,
    long num,
    int valueBytes,
    Trial trial,
    Map<Metric, Double> metrics) {

  private static final JsonFactory JSON = new JsonFactory();

  /** Appends results to a file in one write. */
  static void append(Path file, List<Result> results) {
    StringBuilder lines = new StringBuilder();
    results.forEach(result -> lines.append(result.toJson()).append('\n'));
    try {
      Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The results in a file; none if the file is missing. */
  static List<Result> readAll(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file).stream().map(Result::ofJson).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator g = JSON.createGenerator(text)) {
      g.writeStartObject();
      g.writeStringField("contender", contender.label());
      g.writeNumberField("round", round);
      g.writeNumberField("num", num);
      g.writeNumberField("valueBytes", valueBytes);
      g.writeStringField("workload", trial.label());
      for (Map.Entry<Metric, Double> metric : metrics.entrySet()) {
        double rounded = Math.round(metric.getValue() * 1000) / 1000.0;
        g.writeNumberField(metric.getKey().label(), rounded);
      }
      g.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static Result ofJson(String line) {
    Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    Map<String, String> fields = new HashMap<>();
    try (JsonParser p = JSON.createParser(line)) {
      p.nextToken();
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        String name = p.currentName();
        p.nextToken();
        fields.put(name, p.getText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Metric metric : Metric.values()) {
      String value = fields.get(metric.label());
      if (value != null) {
        metrics.put(metric, Double.valueOf(value));
      }
    }
    return new Result(
        Contender.of(required(fields, "contender")),
        Integer.parseInt(required(fields, "round")),
        Long.parseLong(required(fields, "num")),
        Integer.parseInt(required(fields, "valueBytes")),
        Trial.of(required(fields, "workload")),
        metrics);
  }

  private static String required(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("results: a line without " + name);
    }
    return value;
  }
}
