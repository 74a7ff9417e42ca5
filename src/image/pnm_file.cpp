// Armadillo (11.4, seen in its source) reads and writes 8 bits rightly, so these go
// through it, but behind our own header, because in its reader
//   - samples of 16 bits keep the byte order of the file: on little-endian machines 1 becomes 256;
//   - "-1" is a width of 2^64 - 1, and memory is taken before the file is known to be that long;
//   - a comment that the file ends in is read for ever;
//   - maxval may be anything, and the numbers are not related to it;
//   - a comment right behind a number is an error, as are the plain formats P2 and P3.
// Its writer keeps the low byte of larger numbers, and knows no 16 bits.
#include "image/pnm_file.hpp"

#include <limits>
#include <sstream>
#include <utility>
#include <vector>

#include "core/text_file.hpp"
#include "image/samples.hpp"

namespace mercer::detail {
namespace {

// The characters of a header. A comment, from # to the end of its line, is that end of line.
class HeaderReader {
 public:
  explicit HeaderReader(const ImageInput& input) : input_(input) {}

  // A decimal number, white space before it, and the one character of white space behind it.
  index_t number(const char* what) {
    int c = next();
    while (is_space(c)) c = next();
    std::string digits;
    for (; c >= '0' && c <= '9' && digits.size() < 30; c = next()) digits += static_cast<char>(c);
    index_t value = 0;
    if (!is_space(c) || !read_index(digits, value)) {
      if (!is_space(c)) digits += static_cast<char>(c);
      input_.refuse(std::string("the ") + what + " must be a whole number below 2^64, is " +
                    quoted(digits));
    }
    return value;
  }

  int next() {
    int c = input_.stream.get();
    if (c == '#') {
      while (c != '\n' && c != '\r' && c != end) c = input_.stream.get();
    }
    if (c == end) input_.refuse("the file ends within the header");
    return c;
  }

  static bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

 private:
  static constexpr int end = std::char_traits<char>::eof();

  const ImageInput& input_;
};

std::string size_text(const ImageInfo& info) {
  return std::to_string(info.cols) + " x " + std::to_string(info.rows) + " pixels (width x height)";
}

// The bytes of all samples.
index_t byte_count(const ImageInfo& info) {
  return info.rows * info.cols * info.planes * static_cast<index_t>(info.bits / 8);
}

// Leaves the stream at the first sample.
ImageInfo read_header(const ImageInput& input) {
  input.rewind();
  char magic[2] = {};
  input.stream.read(magic, 2);
  if (magic[0] != 'P' || (magic[1] != '5' && magic[1] != '6')) {
    input.refuse("is not a PGM or PPM file: it does not begin with P5 or P6");
  }
  HeaderReader header(input);
  if (!HeaderReader::is_space(header.next())) {
    input.refuse("is not a PGM or PPM file: no white space follows P5 or P6");
  }
  ImageInfo info;
  info.planes = magic[1] == '5' ? 1 : 3;
  info.cols = header.number("width");
  info.rows = header.number("height");
  const index_t maxval = header.number("maxval");
  if (maxval != 255 && maxval != 65535) {
    input.refuse("the maxval must be 255 or 65535, is " + std::to_string(maxval));
  }
  info.bits = maxval == 255 ? 8 : 16;

  if (info.rows == 0 || info.cols == 0) {
    input.refuse("the image is empty: " + size_text(info));
  }
  if (info.rows > std::numeric_limits<index_t>::max() / 8 / info.cols) {
    input.refuse("the image of " + size_text(info) + " is larger than any file");
  }
  const std::size_t found = input.size - static_cast<std::size_t>(input.stream.tellg());
  if (found != byte_count(info)) {
    input.refuse("the image of " + size_text(info) + " needs " + std::to_string(byte_count(info)) +
                 " bytes after the header, the file has " + std::to_string(found));
  }
  return info;
}

void read_samples(const ImageInput& input, char* bytes, index_t count) {
  input.stream.read(bytes, static_cast<std::streamsize>(count));
  if (static_cast<index_t>(input.stream.gcount()) != count) {
    input.refuse("the file ends within the samples");
  }
}

std::string header_of(const char* magic, const ImageInfo& info) {
  return magic + ("\n" + std::to_string(info.cols)) + " " + std::to_string(info.rows) +
         (info.bits == 8 ? "\n255\n" : "\n65535\n");
}

template <class T>
arma::Cube<T> read_by_armadillo(const ImageInput& input, const ImageInfo& info) {
  std::string bytes = header_of(info.planes == 1 ? "P5" : "P6", info);
  const std::size_t begin = bytes.size();
  bytes.resize(begin + byte_count(info));
  read_samples(input, bytes.data() + begin, byte_count(info));
  std::istringstream stream(std::move(bytes));
  arma::Cube<T> image(info.rows, info.cols, info.planes);
  bool is_read = false;
  if (info.planes == 1) {
    Mat<T> plane(image.memptr(), info.rows, info.cols, false, true);
    is_read = plane.load(stream, arma::pgm_binary);
  } else {
    is_read = image.load(stream, arma::ppm_binary);
  }
  if (!is_read) input.refuse("the samples cannot be read");
  return image;
}

}  // namespace

ImageInfo pnm_info(const ImageInput& input) { return read_header(input); }

std::size_t pnm_working_bytes(const ImageInfo& info) {
  return byte_count(info) * (info.bits == 8 ? 2 : 1);  // Armadillo copies what it reads
}

template <class T>
arma::Cube<T> read_pnm(const ImageInput& input) {
  const ImageInfo info = read_header(input);
  if (info.bits == 8) return read_by_armadillo<T>(input, info);
  std::vector<unsigned char> samples(byte_count(info));
  read_samples(input, reinterpret_cast<char*>(samples.data()), samples.size());
  return image_of_samples<T>(info, samples.data());
}

template <class T>
void write_pnm(std::ostream& stream, const arma::Cube<T>& image) {
  if constexpr (sizeof(T) == 1) {
    const bool is_written = image.n_slices == 1 ? image.slice(0).save(stream, arma::pgm_binary)
                                                : image.save(stream, arma::ppm_binary);
    if (!is_written) stream.setstate(std::ios::failbit);
  } else {
    const ImageInfo info{image.n_rows, image.n_cols, image.n_slices, 16};
    stream << header_of(image.n_slices == 1 ? "P5" : "P6", info);
    std::vector<unsigned char> row(image.n_cols * image.n_slices * sizeof(T));
    for (index_t i = 0; i < image.n_rows; ++i) {
      samples_of_row(image, i, row.data());
      stream.write(reinterpret_cast<const char*>(row.data()),
                   static_cast<std::streamsize>(row.size()));
    }
  }
}

template arma::Cube<std::uint8_t> read_pnm(const ImageInput&);
template arma::Cube<std::uint16_t> read_pnm(const ImageInput&);
template arma::Cube<float> read_pnm(const ImageInput&);
template arma::Cube<double> read_pnm(const ImageInput&);
template void write_pnm(std::ostream&, const arma::Cube<std::uint8_t>&);
template void write_pnm(std::ostream&, const arma::Cube<std::uint16_t>&);

}  // namespace mercer::detail
