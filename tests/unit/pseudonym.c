/* Pseudonyms against published values of HMAC-SHA-256, and which key files are fit for use.
 * Memory that runs out leaves nothing behind. */
/* wrap: malloc */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrace/pseudonym.h"
#include "fault.h"

static void assert_pseudonym(ct_pseudonyms *p, ct_str id, const char *expected)
{
    ct_str got;
    assert_int_equal(ct_pseudonym_of(p, id, &got, NULL), CT_OK);
    assert_int_equal(got.len, CT_PSEUDONYM_LEN);
    assert_int_equal(strlen(expected), CT_PSEUDONYM_LEN);
    assert_memory_equal(got.ptr, expected, CT_PSEUDONYM_LEN);
}

/* A key and a text of one byte again and again, if they have no words. */
typedef struct vector {
    ct_str key;
    char key_byte;
    ct_str text;
    char text_byte;
    const char *pseudonym;
} vector;

/* RFC 4231, sections 4.2 to 4.8: the first 128 bits. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const vector vectors[] = {
    {{NULL, 20}, 0x0b, TEXT("Hi There"), 0, "pb0344c61d8db38535ca8afceaf0bf12b"},
    {TEXT("Jefe"), 0, TEXT("what do ya want for nothing?"), 0, "p5bdcc146bf60754e6a042426089575c7"},
    {{NULL, 20}, (char)0xaa, {NULL, 50}, (char)0xdd, "p773ea91e36800e46854db8ebd09181a7"},
    {TEXT("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15"
          "\x16\x17\x18\x19"),
     0,
     {NULL, 50},
     (char)0xcd,
     "p82558a389a443c0ea4cc819899f2083a"},
    {{NULL, 20}, 0x0c, TEXT("Test With Truncation"), 0, "pa3b6167473100ee06e0c796c2955552b"},
    {{NULL, 131},
     (char)0xaa,
     TEXT("Test Using Larger Than Block-Size Key - Hash Key First"),
     0,
     "p60e431591ee0b67f0d8a26aacbf5b77f"},
    {{NULL, 131},
     (char)0xaa,
     TEXT("This is a test using a larger than block-size key and a larger than block-size data. "
          "The key needs to be hashed before being used by the HMAC algorithm."),
     0,
     "p9b09ffa71b942fcb27635fbcd5b0e944"},
};

static void published_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const vector *v = &vectors[i];
        char key[131], text[50];
        memset(key, v->key_byte, sizeof key);
        memset(text, v->text_byte, sizeof text);
        const ct_str id = v->text.ptr != NULL ? v->text : (ct_str){text, v->text.len};
        ct_pseudonyms *p;
        assert_int_equal(
            ct_pseudonyms_new(&p, v->key.ptr != NULL ? v->key : (ct_str){key, v->key.len}, NULL),
            CT_OK);
        for (int again = 0; again < 3; again++)
            assert_pseudonym(p, id, v->pseudonym);
        ct_pseudonyms *copy;
        assert_int_equal(ct_pseudonyms_copy(&copy, p, NULL), CT_OK);
        ct_pseudonyms_free(p);
        assert_pseudonym(copy, id, v->pseudonym);
        ct_pseudonyms_free(copy);
    }
}

/* More ids than are remembered, short and long ones: each gets the same one the second time, and no
 * two get one. */
static void what_is_remembered_changes_nothing(void **state)
{
    (void)state;
    enum { IDS = 100000 };
    static char first[IDS][CT_PSEUDONYM_LEN];
    ct_pseudonyms *p;
    assert_int_equal(ct_pseudonyms_new(&p, CT_STR("key"), NULL), CT_OK);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < IDS; i++) {
            char id[64];
            ct_str got;
            const int len = snprintf(id, sizeof id, "%0*d", 1 + i % 40, i);
            assert_int_equal(ct_pseudonym_of(p, (ct_str){id, (size_t)len}, &got, NULL), CT_OK);
            if (round == 0)
                memcpy(first[i], got.ptr, CT_PSEUDONYM_LEN);
            assert_memory_equal(got.ptr, first[i], CT_PSEUDONYM_LEN);
            assert_true(i == 0 || memcmp(first[i], first[i - 1], CT_PSEUDONYM_LEN) != 0);
        }
    }
    ct_pseudonyms_free(p);
    ct_err err;
    assert_int_equal(ct_pseudonyms_new(&p, (ct_str){NULL, 0}, &err), CT_ERANGE);
}

static char folder[] = "/tmp/contrace-pseudonym-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    return snprintf(path, sizeof path, "%s/key", folder) < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void write_key(size_t size, mode_t mode)
{
    (void)unlink(path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(write(fd, "k", 1), 1);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static void assert_key(size_t size, mode_t mode, const char *fault)
{
    ct_pseudonyms *p = NULL;
    ct_err err = {0};
    write_key(size, mode);
    const ct_status status = ct_pseudonyms_open(&p, path, &err);
    ct_pseudonyms_free(p);
    assert_int_equal(status, fault == NULL ? CT_OK : CT_EINPUT);
    assert_true(fault == NULL || strstr(err.text, fault) != NULL);
}

static void key_files_are_looked_at(void **state)
{
    (void)state;
    assert_key(32, 0600, NULL);
    assert_key(32, 0400, NULL);
    assert_key(CT_KEY_MOST, 0600, NULL);
    assert_key(CT_KEY_MOST + 1, 0600, "too long");
    assert_key(31, 0600, "too short");
    assert_key(0, 0600, "too short");
    for (mode_t bit = 1; bit <= 040; bit *= 2)
        assert_key(32, 0600 | bit, "chmod 600");
    assert_int_equal(unlink(path), 0);
    ct_pseudonyms *p;
    assert_int_equal(ct_pseudonyms_open(&p, path, NULL), CT_EIO);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(ct_pseudonyms_open(&p, path, NULL), CT_EINPUT);
    assert_int_equal(ct_pseudonyms_open(&p, folder, NULL), CT_EINPUT);
    assert_int_equal(unlink(path), 0);
}

static void made_keys_are_new_and_private(void **state)
{
    (void)state;
    char keys[2][CT_KEY_LEAST + 1];
    ct_pseudonyms *p;
    for (int i = 0; i < 2; i++) {
        struct stat st;
        const mode_t mask = umask(i == 0 ? 0 : 0777);
        const ct_status status = ct_key_generate(path, NULL);
        (void)umask(mask);
        assert_int_equal(status, CT_OK);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(ct_pseudonyms_open(&p, path, NULL), CT_OK);
        ct_pseudonyms_free(p);
        const int fd = open(path, O_RDONLY);
        assert_int_equal(read(fd, keys[i], sizeof keys[i]), CT_KEY_LEAST);
        assert_int_equal(ct_key_generate(path, NULL), CT_EINPUT);
        char same[CT_KEY_LEAST];
        assert_int_equal(pread(fd, same, sizeof same, 0), CT_KEY_LEAST);
        assert_memory_equal(same, keys[i], CT_KEY_LEAST);
        assert_int_equal(close(fd), 0);
        assert_int_equal(unlink(path), 0);
    }
    assert_memory_not_equal(keys[0], keys[1], CT_KEY_LEAST);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_int_equal(ct_key_generate(path, NULL), CT_EINPUT);
    assert_int_equal(unlink(path), 0);
}

static ct_status live(void *ctx)
{
    (void)ctx;
    ct_pseudonyms *p;
    ct_str got;
    CT_TRY(ct_pseudonyms_new(&p, CT_STR("key"), NULL));
    ct_pseudonyms *copy = NULL;
    ct_status status = ct_pseudonym_of(p, CT_STR("anna"), &got, NULL);
    if (status == CT_OK)
        status = ct_pseudonyms_copy(&copy, p, NULL);
    ct_pseudonyms_free(copy);
    ct_pseudonyms_free(p);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(live, NULL) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values),
        cmocka_unit_test(what_is_remembered_changes_nothing),
        cmocka_unit_test(key_files_are_looked_at),
        cmocka_unit_test(made_keys_are_new_and_private),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
