package ui

import (
	"image/color"
	"math"
	"testing"

	"charm.land/lipgloss/v2"
)

// Whatever is coloured can be read on a black screen and on a white one:
// https://www.w3.org/TR/WCAG22/#contrast-minimum
func TestContrast(t *testing.T) {
	for name, style := range map[string]lipgloss.Style{
		"done": Done.look().style, "changed": Changed.look().style, "waiting": Waiting.look().style, "skipped": Skipped.look().style,
		"failed": Failed.look().style, "warning": Alert.look().style, "note": Note.look().style, "help": faint(),
	} {
		for _, page := range []color.Color{color.Black, color.White} {
			if got := contrast(style.GetForeground(), page); got < 4.5 {
				t.Errorf("%s: %.2f on %v", name, got, page)
			}
		}
	}
}

// contrast is https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is https://www.w3.org/TR/WCAG22/#dfn-relative-luminance.
func luminance(c color.Color) float64 {
	linear := func(part uint32) float64 {
		share := float64(part) / 0xffff
		if share <= 0.04045 {
			return share / 12.92
		}
		return math.Pow((share+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
