#include "paper_layout.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "qr_modules.hpp"

namespace suoi::certs {
namespace {

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFont* font) const { g_object_unref(font); }
  void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

// Lengths in points from here on.
constexpr double kMm = 72 / 25.4;
constexpr double kWidth = 297 * kMm;
constexpr double kHeight = 210 * kMm;
constexpr double kQrSide = 40 * kMm;
constexpr double kQrLeft = 21 * kMm;
constexpr double kQrTop = 150 * kMm;
constexpr double kCheckLeft = 63 * kMm;
constexpr double kCheckWidth = 92 * kMm;
constexpr double kBodyTop = 21 * kMm;
constexpr double kBodyBottom = 147 * kMm;
constexpr double kBodyWidth = 232 * kMm;
constexpr double kSignatureLeft = 176 * kMm;
constexpr double kSignatureWidth = 100 * kMm;
constexpr double kGapMax = 2.6 * kMm;  // that is added between lines where there is room
constexpr double kSmallest = 0.45;     // of the sizes below

struct Style {
  const char* name;
  const char* family;
  double size;
  PangoWeight weight;
  bool italic;
  bool accent;
  double spacing;      // between letters
  double before;       // above the line
  double width;        // of a column of text, as a share of the body
  bool one_line;       // made smaller rather than broken
  bool ruled = false;  // a line below, as long as the text
};

constexpr const char* kText = "Noto Serif";
constexpr const char* kDisplay = "Noto Serif Display";
constexpr std::array kStyles = {
    Style{"state", kText, 12.5, PANGO_WEIGHT_BOLD, false, false, 0.4, 0, 1, true},
    Style{"motto", kText, 12.5, PANGO_WEIGHT_BOLD, false, false, 0.1, 0, 1, true, true},
    Style{"title", kDisplay, 42, PANGO_WEIGHT_BOLD, false, true, 3.2, 13, 1, true},
    Style{"subtitle", kText, 15, PANGO_WEIGHT_NORMAL, true, true, 0.3, 0, 1, true},
    Style{"issuer", kText, 14, PANGO_WEIGHT_NORMAL, false, false, 0.1, 17, 1, false},
    Style{"name", kDisplay, 34, PANGO_WEIGHT_BOLD, true, false, 0.2, 2, 1, true},
    Style{"text", kText, 14, PANGO_WEIGHT_NORMAL, false, false, 0.1, 4, 0.86, false},
    Style{"english", kText, 10.5, PANGO_WEIGHT_NORMAL, true, false, 0.1, 1, 0.86, false},
    Style{"place", kText, 12.5, PANGO_WEIGHT_NORMAL, true, false, 0.1, 0, 1, true},
    Style{"role", kText, 12.5, PANGO_WEIGHT_BOLD, false, false, 0.3, 3, 1, true},
    Style{"check", kText, 10, PANGO_WEIGHT_NORMAL, false, false, 0.1, 0, 1, false},
};

const Style& style_named(std::string_view name) {
  const auto found =
      std::find_if(kStyles.begin(), kStyles.end(), [&](const Style& style) { return style.name == name; });
  if (found == kStyles.end()) throw std::logic_error("a style without a look");
  return *found;
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

// A line that is measured and waits for its place.
struct Set {
  Owned<PangoLayout> layout;
  double before = 0;
  double height = 0;
  bool accent = false;
  bool ruled = false;
};

class Page {
 public:
  Page(cairo_t* cairo, const PaperTemplate& look) : cairo_(cairo), look_(look) {}

  void draw(const Paper& paper) {
    const auto facts = template_facts(paper.facts, paper.texts);
    frame();
    code(paper.qr);
    std::vector<TemplateLine> lines = look_.head;
    lines.insert(lines.end(), look_.body.begin(), look_.body.end());
    const double left = (kWidth - kBodyWidth) / 2;
    column(fit(lines, facts, kBodyWidth, kBodyBottom - kBodyTop), left, kBodyWidth, kBodyTop, kBodyBottom, kGapMax);
    const double bottom = kQrTop + kQrSide;
    column(fit(look_.signature, facts, kSignatureWidth, kQrSide), kSignatureLeft, kSignatureWidth, kQrTop, bottom, 0);
    check(filled(look_.check, facts));
  }

 private:
  void colour(const std::string& hex) {
    const auto channel = [&](std::size_t at) { return std::stoi(hex.substr(at, 2), nullptr, 16) / 255.0; };
    cairo_set_source_rgb(cairo_, channel(1), channel(3), channel(5));
  }

  void rectangle(double inset, double line) {
    cairo_set_line_width(cairo_, line);
    cairo_rectangle(cairo_, inset, inset, kWidth - 2 * inset, kHeight - 2 * inset);
    cairo_stroke(cairo_);
  }

  void diamond(double x, double y, double half) {
    cairo_move_to(cairo_, x, y - half);
    cairo_line_to(cairo_, x + half, y);
    cairo_line_to(cairo_, x, y + half);
    cairo_line_to(cairo_, x - half, y);
    cairo_close_path(cairo_);
  }

  // A band of diamonds, as on the cloth of the highlands, between two fine lines.
  void frame() {
    colour(look_.accent);
    rectangle(9 * kMm, 1.4);
    rectangle(14 * kMm, 0.6);
    const double middle = 11.5 * kMm;
    const auto along = [&](double length, const auto& at) {
      const int count = static_cast<int>(length / (5 * kMm));
      for (int i = 0; i <= count; ++i) at(middle + length * i / count, i % 2 == 0 ? 1.55 * kMm : 0.7 * kMm);
    };
    along(kWidth - 2 * middle, [&](double x, double half) {
      diamond(x, middle, half);
      diamond(x, kHeight - middle, half);
    });
    along(kHeight - 2 * middle, [&](double y, double half) {
      diamond(middle, y, half);
      diamond(kWidth - middle, y, half);
    });
    cairo_fill(cairo_);
  }

  void code(const std::string& text) {
    const QrModules modules = qr_modules(text);
    const double module = kQrSide / modules.side;
    cairo_set_source_rgb(cairo_, 0, 0, 0);
    for (const DarkRun& run : modules.runs) {
      cairo_rectangle(cairo_, kQrLeft + run.x * module, kQrTop + run.y * module, run.length * module, module);
    }
    cairo_fill(cairo_);
  }

  Owned<PangoLayout> laid_out(const Style& style, const std::string& text, double size, double width, bool centred) {
    Owned<PangoLayout> layout(pango_cairo_create_layout(cairo_));
    const Owned<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), style.family);
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), style.weight);
    pango_font_description_set_style(font.get(), style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(layout.get(), font.get());
    PangoAttrList* attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_letter_spacing_new(static_cast<int>(style.spacing * PANGO_SCALE)));
    pango_layout_set_attributes(layout.get(), attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    pango_layout_set_alignment(layout.get(), centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    if (!style.one_line) {
      pango_layout_set_width(layout.get(), static_cast<int>(width * style.width * PANGO_SCALE));
      pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
      pango_layout_set_line_spacing(layout.get(), 1.06F);
    }
    return layout;
  }

  static double width_of(PangoLayout* layout) {
    int width = 0;
    pango_layout_get_size(layout, &width, nullptr);
    return static_cast<double>(width) / PANGO_SCALE;
  }
  static double height_of(PangoLayout* layout) {
    int height = 0;
    pango_layout_get_size(layout, nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE;
  }

  Set set_line(const TemplateLine& line, const std::string& text, double width, double scale) {
    const Style& style = style_named(line.style);
    double size = style.size * scale;
    Owned<PangoLayout> layout = laid_out(style, text, size, width, true);
    while (style.one_line && width_of(layout.get()) > width && size > style.size * kSmallest / 2) {
      size *= 0.95;
      layout = laid_out(style, text, size, width, true);
    }
    const double height = height_of(layout.get());
    return {std::move(layout), style.before * scale, height, style.accent, style.ruled};
  }

  // As large as the styles say, or smaller until everything fits.
  std::vector<Set> fit(const std::vector<TemplateLine>& lines, const std::map<std::string, std::string>& facts,
                       double width, double room) {
    for (double scale = 1;; scale *= 0.95) {
      std::vector<Set> sets;
      double total = 0;
      for (const TemplateLine& line : lines) {
        const std::string text = filled(line.text, facts);
        if (text.empty()) continue;
        sets.push_back(set_line(line, text, width, scale));
        total += sets.back().before + sets.back().height;
      }
      if (total <= room || scale < kSmallest) return sets;
    }
  }

  void column(const std::vector<Set>& sets, double left, double width, double top, double bottom, double gap_max) {
    double total = 0;
    for (const Set& set : sets) total += set.before + set.height;
    const double gap = sets.empty() ? 0 : std::min(gap_max, (bottom - top - total) / static_cast<double>(sets.size()));
    double y = top;
    for (const Set& set : sets) {
      y += set.before + std::max(gap, 0.0);
      colour(set.accent ? look_.accent : look_.ink);
      const int wrapped = pango_layout_get_width(set.layout.get());
      const double own = wrapped > 0 ? static_cast<double>(wrapped) / PANGO_SCALE : width_of(set.layout.get());
      cairo_move_to(cairo_, left + (width - own) / 2, y);
      pango_cairo_show_layout(cairo_, set.layout.get());
      y += set.height;
      if (set.ruled) rule(left + (width - own) / 2, y + 1, own);
    }
  }

  void rule(double left, double y, double length) {
    cairo_set_line_width(cairo_, 0.8);
    cairo_move_to(cairo_, left, y);
    cairo_line_to(cairo_, left + length, y);
    cairo_stroke(cairo_);
  }

  void check(const std::string& text) {
    const Style& style = style_named("check");
    const Owned<PangoLayout> layout = laid_out(style, text, style.size, kCheckWidth, false);
    colour(look_.ink);
    cairo_move_to(cairo_, kCheckLeft, kQrTop + kQrSide - height_of(layout.get()) - 1.5 * kMm);
    pango_cairo_show_layout(cairo_, layout.get());
  }

  cairo_t* cairo_;
  const PaperTemplate& look_;
};

// Another face than the one asked for may lack Vietnamese letters, or the right to be embedded.
void require_fonts() {
  PangoFontMap* map = pango_cairo_font_map_get_default();
  PangoContext* context = pango_font_map_create_context(map);
  bool good = true;
  for (const char* family : {kText, kDisplay}) {
    const Owned<PangoFontDescription> wanted(pango_font_description_new());
    pango_font_description_set_family(wanted.get(), family);
    const Owned<PangoFont> font(pango_font_map_load_font(map, context, wanted.get()));
    const Owned<PangoFontDescription> found(font ? pango_font_describe(font.get()) : nullptr);
    good = good && found && std::string_view(pango_font_description_get_family(found.get())) == family;
  }
  g_object_unref(context);
  if (!good)
    throw std::runtime_error("the faces Noto Serif and Noto Serif Display are not installed (fonts-noto-core)");
}

}  // namespace

std::string drawn_pages(const std::vector<Paper>& papers, const PaperTemplate& look) {
  require_fonts();
  std::string pdf;
  const Owned<cairo_surface_t> surface(cairo_pdf_surface_create_for_stream(append, &pdf, kWidth, kHeight));
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_5);
  const Owned<cairo_t> cairo(cairo_create(surface.get()));
  const Owned<cairo_font_options_t> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_surface_set_fallback_resolution(surface.get(), 300, 300);
  cairo_set_antialias(cairo.get(), CAIRO_ANTIALIAS_DEFAULT);
  for (const Paper& paper : papers) {
    Page(cairo.get(), look).draw(paper);
    cairo_show_page(cairo.get());
  }
  cairo_surface_finish(surface.get());
  const cairo_status_t status = cairo_surface_status(surface.get());
  if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(std::string("cairo: ") + cairo_status_to_string(status));
  return pdf;
}

}  // namespace suoi::certs
