package emberwall.cli;

/** Sizes and durations as people write them: {@code 64MiB}, {@code 1GiB}, {@code 65536}; {@code 500ms}, {@code 2s}. */
final class Quantity {
    // @formatter:off
    private static final String[] SIZE_UNITS  = {"",  "B", "KiB",    "MiB",    "GiB",    "TiB",    "kB",   "MB",      "GB"};
    private static final long[]   SIZES       = { 1,   1,   1L << 10, 1L << 20, 1L << 30, 1L << 40, 1_000, 1_000_000, 1_000_000_000};

    private static final String[] TIME_UNITS  = {"ns", "us",  "ms",      "s",           "min",          "m",            "h"};
    private static final long[]   TIMES       = { 1,   1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 60_000_000_000L, 3_600_000_000_000L};
    // @formatter:on

    private Quantity() {}

    /** Bytes of a size; a number without a unit counts bytes. */
    static long bytes(String option, String text) {
        return parse(option, text, SIZE_UNITS, SIZES, "a size such as 64MiB, 1GiB or 65536");
    }

    /** Nanoseconds of a duration; the unit is required, since nobody agrees on a default. */
    static long nanos(String option, String text) {
        return parse(option, text, TIME_UNITS, TIMES, "a duration such as 500ms, 2s or 1.5min");
    }

    private static long parse(String option, String text, String[] units, long[] factors, String wanted) {
        int end = 0;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) end++;
        String unit = text.substring(end).strip();
        for (int i = 0; i < units.length; i++) {
            if (!units[i].equals(unit)) continue;
            long value = multiply(text.substring(0, end), factors[i]);
            if (value < 0) break;
            return value;
        }
        throw Failure.usage(option + ": '" + text + "' is not " + wanted);
    }

    /** number · factor, or -1 where the number is none or the product does not fit. */
    private static long multiply(String number, long factor) {
        try {
            if (number.indexOf('.') < 0) return Math.multiplyExact(Long.parseLong(number), factor);
            double value = Double.parseDouble(number) * factor;
            return value < 0x1p62 ? Math.round(value) : -1;
        } catch (NumberFormatException | ArithmeticException e) {
            return -1;
        }
    }

    /** A size for people, to one decimal: {@code 1.5 MiB}. */
    static String text(long bytes) {
        if (bytes < 1024) return bytes + " B";
        String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        int unit = 0;
        double value = bytes / 1024.0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return decimal(value, 1) + " " + units[unit];
    }

    /** A duration for people: {@code 12.3 ms}. */
    static String time(long nanos) {
        if (nanos < 1_000) return nanos + " ns";
        if (nanos < 1_000_000) return decimal(nanos / 1e3, 1) + " us";
        if (nanos < 1_000_000_000) return decimal(nanos / 1e6, 1) + " ms";
        return decimal(nanos / 1e9, 2) + " s";
    }

    /** A number with that many decimals, rounded half up; {@code String.format} would cost milliseconds on first use. */
    static String decimal(double value, int decimals) {
        long scale = 1;
        for (int i = 0; i < decimals; i++) scale *= 10;
        long scaled = Math.round(Math.abs(value) * scale);
        StringBuilder text = new StringBuilder();
        if (value < 0 && scaled != 0) text.append('-');
        text.append(scaled / scale);
        if (decimals > 0) {
            String fraction = Long.toString(scaled % scale);
            text.append('.').append("0".repeat(decimals - fraction.length())).append(fraction);
        }
        return text.toString();
    }
}
