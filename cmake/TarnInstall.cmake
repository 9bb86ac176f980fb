# The install tree: tools, the two libraries, headers and the package that find_package(Tarn) reads.
