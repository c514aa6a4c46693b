// Draws the Mandelbrot set with characters. Arguments: width, height, iterations.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int escape(double re, double im, int limit) {
    double x = 0, y = 0;
    int n = 0;
    while (n < limit && x * x + y * y <= 4) {
        double next = x * x - y * y + re;
        y = 2 * x * y + im;
        x = next;
        n++;
    }
    return n;
}

int main(int argc, char **argv) {
    static const char shades[] = " .:-=+*#%@";
    int width = argc > 1 ? atoi(argv[1]) : 78;
    int height = argc > 2 ? atoi(argv[2]) : 30;
    int limit = argc > 3 ? atoi(argv[3]) : 50000;
    if (width < 1 || height < 1 || limit < 1) {
        fprintf(stderr, "usage: mandelbrot [WIDTH [HEIGHT [ITERATIONS]]], all at least 1\n");
        return 2;
    }
    uint64_t total = 0;
    for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
            int n = escape(-2.2 + 3.2 * column / width, -1.2 + 2.4 * row / height, limit);
            total += n;
            putchar(n == limit ? shades[9] : shades[n < 3 ? 0 : n < 24 ? (n - 3) / 3 + 1 : 8]);
        }
        putchar('\n');
    }
    printf("%llu iterations\n", (unsigned long long) total);
    return 0;
}
