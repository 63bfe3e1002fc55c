// Puts OpenBLAS under MLX on Linux. libmlx imports exactly these 24 BLAS and LAPACK functions, and
// the wheel answers them with the slow reference library. The addon defines the same names as jumps
// to scipy-openblas32, whose functions carry the prefix scipy_. Since the addon comes before libmlx
// in the search order of the dynamic linker, libmlx calls these. `npm run doctor` shows which is used.

#if defined(__x86_64__)
#define JUMP(target) jmp target@PLT
#elif defined(__aarch64__)
#define JUMP(target) b target
#else
#error "OpenBLAS under MLX is for x86-64 and arm64: build with MLX_BLAS=wheel"
#endif

#define FORWARD(name)            \
  .globl name;                   \
  .type name, %function;         \
  .p2align 4;                    \
  name:                          \
  JUMP(scipy_##name);            \
  .size name, . - name

.text
FORWARD(cblas_sgemm)
FORWARD(cblas_dgemm)
FORWARD(cblas_cgemm)
FORWARD(sgetrf_)
FORWARD(dgetrf_)
FORWARD(sgetri_)
FORWARD(dgetri_)
FORWARD(strtri_)
FORWARD(dtrtri_)
FORWARD(spotrf_)
FORWARD(dpotrf_)
FORWARD(sgeqrf_)
FORWARD(dgeqrf_)
FORWARD(sorgqr_)
FORWARD(dorgqr_)
FORWARD(sgesdd_)
FORWARD(dgesdd_)
FORWARD(cgesdd_)
FORWARD(ssyevd_)
FORWARD(dsyevd_)
FORWARD(cheevd_)
FORWARD(sgeev_)
FORWARD(dgeev_)
FORWARD(cgeev_)

.section .note.GNU-stack, "", %progbits
