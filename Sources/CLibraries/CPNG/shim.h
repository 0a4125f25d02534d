#pragma once
#include <png.h>

/* The most bytes that `image` can take as a PNG; a macro that Swift cannot import. */
static inline png_alloc_size_t png_image_encoded_size_bound(png_image image) { return PNG_IMAGE_PNG_SIZE_MAX(image); }
